package io.nvmevf.server.wipe;

/**
 * How to erase, and how to verify it.
 *
 * @param passes 1 to 16 for {@link WipeMethod#OVERWRITE}, otherwise 1
 * @param pattern the 32 bits that are repeated, most significant byte first; 0 unless the method is OVERWRITE
 * @param invert whether the pattern is inverted between passes (NVMe Base 2.1 Sanitize, OIPBP). The last pass always writes the
 *     pattern itself; so with an even number of passes the first one is inverted. False unless the method is OVERWRITE
 * @param seed where the pseudo-random places of {@link Verification#SAMPLED} come from; any value
 */
public record WipePlan(
        WipeMethod method, int passes, int pattern, boolean invert, Verification verification, long seed) {

    /** The most passes: OWPASS is four bits, and 0 means 16. */
    public static final int MAX_PASSES = 16;

    /** @throws IllegalArgumentException if a value is out of its range or does not belong to the method */
    public WipePlan {
        if (method == WipeMethod.OVERWRITE) {
            if (passes < 1 || passes > MAX_PASSES) {
                throw new IllegalArgumentException("passes must be 1 to " + MAX_PASSES + ", not " + passes);
            }
        } else if (passes != 1 || pattern != 0 || invert) {
            throw new IllegalArgumentException(
                    "passes, pattern and inversion belong to the method overwrite, not to " + method);
        }
    }

    /** One of the methods that have no pattern. */
    public static WipePlan of(WipeMethod method, Verification verification, long seed) {
        return new WipePlan(method, 1, 0, false, verification, seed);
    }

    /** What a pass (counted from 1) writes. */
    int patternOf(int pass) {
        return invert && (passes - pass) % 2 != 0 ? ~pattern : pattern;
    }
}
