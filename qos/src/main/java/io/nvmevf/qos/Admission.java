package io.nvmevf.qos;

/**
 * What stands between a command and its storage. One instance serves all queues of a virtual function and is called
 * from all of their event loops.
 *
 * <p>A write is asked for before its data is requested from the host, a read before it is dispatched, so a command
 * that has to wait holds no buffer. Commands of the admin queue are never asked for.
 */
public interface Admission {

    /**
     * What a command does, as far as limits tell commands apart. There is no free command: each one is charged as a read
     * or as a write, and to the total.
     */
    enum Kind {
        /** Read, and what only reads the medium: Compare and Verify. */
        READ,
        /** Write. */
        WRITE,
        /**
         * Everything else: Flush, Write Zeroes, Dataset Management, Copy. It is charged like a write, because it changes the
         * medium or makes it write; otherwise a tenant could go around its write limit with Write Zeroes or by flushing.
         */
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
     * @param bytes what the command reads, writes or touches; 0 to 2^56
     * @param now nanoseconds of a monotonic clock; may be older than that of another thread's last call
     * @return 0 if it was admitted and charged; otherwise the nanoseconds after which to ask again, and nothing was charged
     */
    long admit(Kind kind, long bytes, long now);

    /** Gives back what an admitted command was charged, because it was not carried out. */
    void refund(Kind kind, long bytes);

    /**
     * Tells that no command waits any more although the last one that was refused did not ask again (it was aborted, or
     * its queue ended). Until then throttled time goes on, and others may let it go first.
     *
     * @param now nanoseconds of the same clock
     */
    default void nothingWaits(long now) {}
}
