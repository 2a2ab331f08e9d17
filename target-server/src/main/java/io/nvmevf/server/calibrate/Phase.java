package io.nvmevf.server.calibrate;

/** What is measured, in this order. */
enum Phase {
    /** Writes everything once, so that reads find data and writes find space. Takes as long as it takes, and is no figure. */
    FILL("fill", true, true, Phase.LARGE),
    SEQUENTIAL_WRITE("sequential-write", true, true, Phase.LARGE),
    SEQUENTIAL_READ("sequential-read", false, true, Phase.LARGE),
    RANDOM_READ("random-read", false, false, Phase.SMALL),
    RANDOM_WRITE("random-write", true, false, Phase.SMALL);

    /** Bytes of a sequential request. */
    static final int LARGE = 128 << 10;
    /** Bytes of a random request: the unit of {@link io.nvmevf.qos.Capacity}. */
    static final int SMALL = 4096;

    final String label;
    final boolean writes;
    final boolean sequential;
    final int length;

    Phase(String label, boolean writes, boolean sequential, int length) {
        this.label = label;
        this.writes = writes;
        this.sequential = sequential;
        this.length = length;
    }
}
