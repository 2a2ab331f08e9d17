package io.nvmevf.server.wipe;

/**
 * How much wiping there may be at a time.
 *
 * @param bytesPerSecond what all runs together write and read at most, 0 for no limit, up to 10^12. Deallocating transfers nothing
 *     and is not counted
 * @param concurrent how many devices are wiped at the same time in each lane of {@link Wiper}, 1 to 64; the others wait
 */
public record WipeLimits(long bytesPerSecond, int concurrent) {

    /** @throws IllegalArgumentException if a figure is out of its range */
    public WipeLimits {
        if (bytesPerSecond < 0 || bytesPerSecond > 1_000_000_000_000L) {
            throw new IllegalArgumentException("bytes per second must be 0 to 10^12, not " + bytesPerSecond);
        }
        if (concurrent < 1 || concurrent > 64) {
            throw new IllegalArgumentException("concurrent must be 1 to 64, not " + concurrent);
        }
    }
}
