package io.nvmevf.qos;

/**
 * What stands between a command and its storage. One instance serves all queues of a virtual function and is called
 * from all of their event loops.
 *
 * <p>A write is asked for before its data is requested from the host, a read before it is dispatched, so a command
 * that has to wait holds no buffer. Commands of the admin queue are never asked for.
 */
public interface Admission {

    /** What a command does, as far as limits tell commands apart. */
    enum Kind {
        READ,
        WRITE,
        /** Flush, Write Zeroes, Dataset Management, Verify: no data crosses the network. */
        OTHER
    }

    /** Admits everything at once. */
    Admission UNLIMITED = new Admission() {
        @Override
        public long admit(Kind kind, long bytes, long now) {
            return 0;
        }

        @Override
        public void refund(Kind kind, long bytes) {}
    };

    /**
     * Asks for one command.
     *
     * @param bytes what the command reads, writes or touches
     * @param now nanoseconds of a monotonic clock
     * @return 0 if it was admitted and charged; otherwise the nanoseconds after which to ask again, and nothing was charged
     */
    long admit(Kind kind, long bytes, long now);

    /** Gives back what an admitted command was charged, because it was not carried out. */
    void refund(Kind kind, long bytes);
}
