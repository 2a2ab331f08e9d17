package io.nvmevf.server.control;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import io.nvmevf.server.control.ControlException.Reason;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes and changes {@link TlsKey}s: what is there in, a record or a refusal out. Nothing is stored here. No message holds
 * anything that was given where a PSK may have been put by mistake.
 */
final class TlsKeys {
    private static final DhchapHash[] HASHES = {DhchapHash.SHA_256, DhchapHash.SHA_384};

    private final SecureRandom random = new SecureRandom();

    /** A key that takes the place of what the host has, if it has any. */
    TlsKey made(TargetState state, String subsystem, String hostNqn, NewTlsKey wanted) throws ControlException {
        KeyRules.checkHost(hostNqn);
        if (state.tlsKey(subsystem, hostNqn).isEmpty()) {
            KeyRules.checkRoom(subsystem, state.tlsKeys(subsystem).size(), "TLS keys");
        }
        return new TlsKey(subsystem, hostNqn, List.of(psk(wanted)));
    }

    /** With a new PSK in front. The one that was there stays valid, one that was older does not. */
    TlsKey rotated(TlsKey old, NewTlsKey wanted) throws ControlException {
        TlsPskInterchange psk = psk(wanted);
        if (old.psks().contains(psk)) {
            throw ControlException.invalid("the PSK is one that the host has already; a rotation needs a new one");
        }
        return old.with(List.of(psk, old.newest()));
    }

    private TlsPskInterchange psk(NewTlsKey wanted) throws ControlException {
        return wanted.isGenerated() ? generated(wanted) : given(wanted);
    }

    private TlsPskInterchange generated(NewTlsKey wanted) throws ControlException {
        if (wanted.psk() != null) {
            throw ControlException.invalid("generate is given together with a PSK; allowed is one of them");
        }
        boolean plain = KeyRules.NO_HASH.equalsIgnoreCase(wanted.keyHash());
        @Nullable
        DhchapHash named = plain ? null : KeyRules.choice("keyHash", wanted.keyHash(), HASHES, KeyRules.NO_HASH);
        int length = KeyRules.length(wanted.length(), named, HASHES);
        @Nullable DhchapHash hash = plain ? null : Objects.requireNonNullElse(named, KeyRules.ofLength(length, HASHES));
        return TlsPskInterchange.generate(random, length, hash);
    }

    private static TlsPskInterchange given(NewTlsKey wanted) throws ControlException {
        if (wanted.psk() == null) {
            throw ControlException.invalid("no PSK is given; give one, or let the target make one with generate: true");
        }
        if (wanted.length() != null || wanted.keyHash() != null) {
            throw ControlException.invalid(
                    "length and keyHash are for a PSK that the target makes; one that is given says them itself");
        }
        try {
            return TlsPskInterchange.parse(wanted.psk());
        } catch (IllegalArgumentException e) {
            // (Its message holds nothing of the text.)
            throw ControlException.invalid("psk: " + e.getMessage());
        }
    }

    /** The key of a host, which must have one. */
    static TlsKey existing(TargetState state, String subsystem, String hostNqn) throws ControlException {
        return state.tlsKey(subsystem, hostNqn)
                .orElseThrow(() -> new ControlException(
                        Reason.NOT_FOUND, KeyRules.who(hostNqn) + " has no TLS key at " + KeyRules.where(subsystem)));
    }
}
