package io.nvmevf.server.control;

import io.nvmevf.protocol.auth.DhGroup;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.server.control.HostKey.Pair;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes and changes {@link HostKey}s: what is there in, a record or a refusal out. Nothing is stored here. No message holds
 * anything that was given where a secret may have been put by mistake.
 */
final class HostKeys {
    private final SecureRandom random = new SecureRandom();

    /** A key that takes the place of what the host has, if it has any. */
    HostKey made(TargetState state, String subsystem, String hostNqn, NewHostKey wanted) throws ControlException {
        KeyRules.checkHost(hostNqn);
        if (state.hostKey(subsystem, hostNqn).isEmpty()) {
            KeyRules.checkRoom(subsystem, state.hostKeys(subsystem).size(), "keys");
        }
        return new HostKey(
                subsystem,
                hostNqn,
                List.of(pair(wanted, Boolean.TRUE.equals(wanted.bidirectional()))),
                hash(wanted.hash()),
                group(wanted.group()));
    }

    /** With a new pair in front. The one that was there stays valid, one that was older does not. */
    HostKey rotated(HostKey old, NewHostKey wanted) throws ControlException {
        boolean bidirectional =
                wanted.bidirectional() == null ? old.newest().isBidirectional() : wanted.bidirectional();
        Pair pair = pair(wanted, bidirectional);
        if (old.pairs().stream().anyMatch(known -> known.host().equals(pair.host()))) {
            throw ControlException.invalid("the secret is one that the host has already; a rotation needs a new one");
        }
        return new HostKey(
                old.subsystem(),
                old.hostNqn(),
                List.of(pair, old.newest()),
                wanted.hash() == null ? old.hash() : hash(wanted.hash()),
                wanted.group() == null ? old.group() : group(wanted.group()));
    }

    private Pair pair(NewHostKey wanted, boolean bidirectional) throws ControlException {
        return wanted.isGenerated() ? generated(wanted, bidirectional) : given(wanted, bidirectional);
    }

    private Pair generated(NewHostKey wanted, boolean bidirectional) throws ControlException {
        if (wanted.secret() != null || wanted.controllerSecret() != null) {
            throw ControlException.invalid(
                    "generate is given together with a secret; allowed is one of them, and bidirectional for a secret of the"
                            + " controller, too");
        }
        boolean plain = KeyRules.NO_HASH.equalsIgnoreCase(wanted.keyHash());
        DhchapHash[] all = DhchapHash.values();
        @Nullable DhchapHash named = plain ? null : KeyRules.choice("keyHash", wanted.keyHash(), all, KeyRules.NO_HASH);
        int length = KeyRules.length(wanted.length(), named, all);
        @Nullable DhchapHash hash = plain ? null : Objects.requireNonNullElse(named, KeyRules.ofLength(length, all));
        DhchapSecret host = DhchapSecret.generate(random, length, hash);
        return new Pair(host, bidirectional ? DhchapSecret.generate(random, length, hash) : null);
    }

    private static Pair given(NewHostKey wanted, boolean bidirectional) throws ControlException {
        if (wanted.secret() == null) {
            throw ControlException.invalid(
                    "no secret is given; give one, or let the target make one with generate: true");
        }
        if (wanted.length() != null || wanted.keyHash() != null) {
            throw ControlException.invalid(
                    "length and keyHash are for a secret that the target makes; one that is given says them itself");
        }
        DhchapSecret host = parsed("secret", wanted.secret());
        if (wanted.controllerSecret() == null) {
            if (bidirectional) {
                throw ControlException.invalid(
                        "the key is to be bidirectional, so controllerSecret is needed, too; or say bidirectional: false");
            }
            return new Pair(host, null);
        }
        if (Boolean.FALSE.equals(wanted.bidirectional())) {
            throw ControlException.invalid("controllerSecret is given together with bidirectional: false");
        }
        DhchapSecret controller = parsed("controllerSecret", wanted.controllerSecret());
        if (host.equals(controller)) {
            throw ControlException.invalid("secret and controllerSecret are the same; each side needs one of its own");
        }
        return new Pair(host, controller);
    }

    private static DhchapSecret parsed(String field, String text) throws ControlException {
        try {
            return DhchapSecret.parse(text);
        } catch (IllegalArgumentException e) {
            // (Its message holds nothing of the text.)
            throw ControlException.invalid(field + ": " + e.getMessage());
        }
    }

    private static @Nullable DhchapHash hash(@Nullable String name) throws ControlException {
        return KeyRules.choice("hash", name, DhchapHash.values(), null);
    }

    private static @Nullable DhGroup group(@Nullable String name) throws ControlException {
        return KeyRules.choice("group", name, DhGroup.values(), null);
    }

    /** The key of a host, which must have one. */
    static HostKey existing(TargetState state, String subsystem, String hostNqn) throws ControlException {
        return state.hostKey(subsystem, hostNqn)
                .orElseThrow(() -> new ControlException(
                        Reason.NOT_FOUND, KeyRules.who(hostNqn) + " has no key at " + KeyRules.where(subsystem)));
    }
}
