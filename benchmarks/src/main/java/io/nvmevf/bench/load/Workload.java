package io.nvmevf.bench.load;

/** What is done to the namespace. */
public enum Workload {
    RANDREAD(100, true),
    RANDWRITE(0, true),
    /** 70 % reads. */
    RANDRW(70, true),
    SEQREAD(100, false),
    SEQWRITE(0, false);

    /** 0 to 100. */
    final int readPercent;

    final boolean random;

    Workload(int readPercent, boolean random) {
        this.readPercent = readPercent;
        this.random = random;
    }
}
