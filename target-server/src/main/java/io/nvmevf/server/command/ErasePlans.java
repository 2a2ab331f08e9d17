package io.nvmevf.server.command;

import io.nvmevf.protocol.nvme.FormatNvm;
import io.nvmevf.protocol.nvme.Sanitize;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.subsystem.AttachedNamespace;
import io.nvmevf.server.subsystem.Subsystem;
import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeMethod;
import io.nvmevf.server.wipe.WipePlan;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** How what a tenant asks for is erased. What is written over is read back as a whole, the rest in samples. */
final class ErasePlans {
    private ErasePlans() {}

    /** Whether a cryptographic erase can be offered: there are namespaces, and all of them are encrypted. */
    static boolean canEraseKeys(Subsystem vf) {
        List<AttachedNamespace> all = vf.namespaces().ascending();
        return !all.isEmpty() && all.stream().allMatch(ns -> ns.config().encrypted());
    }

    /**
     * Of Format NVM. Without a secure erase the space is given back. A user data erase of an encrypted namespace is a
     * cryptographic erase, which NVMe Base 2.1 §5.1.10 allows.
     */
    static WipePlan of(FormatNvm format, Namespace ns) {
        if (format.ses() == FormatNvm.SES_NONE) {
            return plan(WipeMethod.DEALLOCATE);
        }
        return plan(ns.encrypted() ? WipeMethod.CRYPTO : WipeMethod.ZERO);
    }

    /** Of a Sanitize that erases. */
    static WipePlan of(Sanitize sanitize) {
        return switch (sanitize.sanact()) {
            case Sanitize.BLOCK_ERASE -> plan(WipeMethod.ZERO);
            case Sanitize.CRYPTO_ERASE -> plan(WipeMethod.CRYPTO);
            case Sanitize.OVERWRITE ->
                new WipePlan(
                        WipeMethod.OVERWRITE,
                        sanitize.owpass(),
                        sanitize.ovrpat(),
                        sanitize.oipbp(),
                        Verification.FULL,
                        seed());
            default -> throw new IllegalArgumentException(Sanitize.name(sanitize.sanact()) + " erases nothing");
        };
    }

    private static WipePlan plan(WipeMethod method) {
        Verification verification = method == WipeMethod.ZERO ? Verification.FULL : Verification.SAMPLED;
        return WipePlan.of(method, verification, seed());
    }

    private static long seed() {
        return ThreadLocalRandom.current().nextLong();
    }
}
