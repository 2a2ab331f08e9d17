package io.nvmevf.server.control;

import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeMethod;
import io.nvmevf.server.wipe.WipePlan;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Makes a plan of what an operator asked for, and of what is right for the namespace where nothing was asked for. */
final class WipePlans {
    private static final long MAX_PATTERN = 0xFFFF_FFFFL;
    private static final int MAX_PASSES = 16;
    private static final WipeRequest DEFAULT = new WipeRequest(null, null, null, null, null);

    private WipePlans() {}

    /** @param volatilePool whether the pool is memory, which gives back nothing that anybody could read */
    static WipePlan plan(Namespace ns, boolean volatilePool, @Nullable WipeRequest asked) throws ControlException {
        WipeRequest request = asked == null ? DEFAULT : asked;
        WipeMethod method = request.method() == null ? method(ns, volatilePool) : request.method();
        if (method == WipeMethod.CRYPTO && !ns.encrypted()) {
            throw ControlException.invalid("namespace " + ns.id()
                    + " is not encrypted, so it cannot be erased by its key; choose zero, overwrite or deallocate");
        }
        boolean overwrite = method == WipeMethod.OVERWRITE;
        if (!overwrite && (request.passes() != null || request.pattern() != null || request.invert() != null)) {
            throw ControlException.invalid("passes, pattern and invert are only for the method overwrite");
        }
        int passes = request.passes() == null ? 1 : request.passes();
        if (passes < 1 || passes > MAX_PASSES) {
            throw ControlException.invalid("passes is " + passes + "; allowed is 1 to " + MAX_PASSES);
        }
        long pattern = request.pattern() == null ? 0 : request.pattern();
        if (pattern < 0 || pattern > MAX_PATTERN) {
            throw ControlException.invalid("pattern is " + pattern + "; allowed is 0 to " + MAX_PATTERN);
        }
        return new WipePlan(
                method,
                passes,
                (int) pattern,
                Boolean.TRUE.equals(request.invert()),
                request.verification() == null ? verification(method) : request.verification(),
                ThreadLocalRandom.current().nextLong());
    }

    private static WipeMethod method(Namespace ns, boolean volatilePool) {
        if (ns.encrypted()) {
            return WipeMethod.CRYPTO;
        }
        return volatilePool ? WipeMethod.DEALLOCATE : WipeMethod.ZERO;
    }

    private static Verification verification(WipeMethod method) {
        return switch (method) {
            case ZERO, OVERWRITE -> Verification.FULL;
            case CRYPTO, DEALLOCATE -> Verification.SAMPLED;
        };
    }
}
