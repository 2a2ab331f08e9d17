package io.nvmevf.qos;

/**
 * What a virtual function gets of a physical function that is short, which is one with a {@link Capacity} that is not enough
 * for all that is asked of it. First everybody gets what was guaranteed, as far as it is asked for; the rest is divided by
 * weight among those that ask for more.
 *
 * @param minIops guaranteed commands of 4 KiB a second, of the kind that costs more; larger commands are fewer. 0 to 10^9, 0 for
 *     no guarantee
 * @param weight 1 to 1000
 */
public record Share(long minIops, int weight) {
    /** The highest guarantee. */
    public static final long MAX_IOPS = 1_000_000_000L;
    /** The highest weight. */
    public static final int MAX_WEIGHT = 1000;

    public static final int DEFAULT_WEIGHT = 100;

    /** No guarantee, and the default weight. */
    public static final Share DEFAULT = new Share(0, DEFAULT_WEIGHT);

    /**
     * @throws IllegalArgumentException if a figure is out of its range, with a message for the one who gave it
     */
    public Share {
        if (minIops < 0 || minIops > MAX_IOPS) {
            throw new IllegalArgumentException(
                    "minIops " + minIops + " is not in 0 to " + MAX_IOPS + " (0 for no guarantee)");
        }
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "weight " + weight + " is not in 1 to " + MAX_WEIGHT + " (" + DEFAULT_WEIGHT + " is the default)");
        }
    }
}
