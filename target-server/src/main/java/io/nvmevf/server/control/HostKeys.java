package io.nvmevf.server.control;

import io.nvmevf.protocol.auth.DhGroup;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.server.control.HostKey.Pair;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes and changes {@link HostKey}s: what is there in, a record or a refusal out. Nothing is stored here. No message holds
 * anything that was given where a secret may have been put by mistake.
 */
final class HostKeys {
    /** Bounds the state file. */
    static final int MAX_KEYS_PER_VF = 1024;

    private static final int DEFAULT_LENGTH = 32;

    private static final String NO_HASH = "none";

    private final SecureRandom random = new SecureRandom();

    /** A key that takes the place of what the host has, if it has any. */
    HostKey made(TargetState state, VirtualFunction vf, String hostNqn, NewHostKey wanted) throws ControlException {
        if (!Names.isNqn(hostNqn)) {
            throw ControlException.invalid(
                    "the host is named by no NQN; allowed is nqn.yyyy-mm.reverse.domain:anything, up to 223 bytes, without"
                            + " blanks");
        }
        if (state.hostKey(vf.name(), hostNqn).isEmpty()
                && state.hostKeys(vf.name()).size() >= MAX_KEYS_PER_VF) {
            throw ControlException.invalid("virtual function " + vf.name() + " has keys of " + MAX_KEYS_PER_VF
                    + " hosts, which is the most; remove one first");
        }
        return new HostKey(
                vf.name(),
                hostNqn,
                List.of(pair(wanted, Boolean.TRUE.equals(wanted.bidirectional()))),
                hash("hash", wanted.hash()),
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
                old.vf(),
                old.hostNqn(),
                List.of(pair, old.newest()),
                wanted.hash() == null ? old.hash() : hash("hash", wanted.hash()),
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
        boolean plain = NO_HASH.equalsIgnoreCase(wanted.keyHash());
        DhchapHash named = plain ? null : hash("keyHash", wanted.keyHash());
        int length = wanted.length() != null ? wanted.length() : named != null ? named.length() : DEFAULT_LENGTH;
        DhchapHash fitting = Arrays.stream(DhchapHash.values())
                .filter(hash -> hash.length() == length)
                .findFirst()
                .orElseThrow(
                        () -> ControlException.invalid("length is " + length + "; allowed are 32, 48 and 64 bytes"));
        DhchapHash hash = plain ? null : Objects.requireNonNullElse(named, fitting);
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

    private static @Nullable DhchapHash hash(String field, @Nullable String name) throws ControlException {
        return choice(field, name, DhchapHash.values(), field.equals("keyHash") ? ", " + NO_HASH : "");
    }

    private static @Nullable DhGroup group(@Nullable String name) throws ControlException {
        return choice("group", name, DhGroup.values(), "");
    }

    /** By the names of the specification, in any case. */
    private static <E extends Enum<E>> @Nullable E choice(String field, @Nullable String name, E[] all, String besides)
            throws ControlException {
        if (name == null) {
            return null;
        }
        for (E one : all) {
            if (one.toString().equalsIgnoreCase(name)) {
                return one;
            }
        }
        throw ControlException.invalid(field + " is not known; allowed are "
                + Arrays.stream(all).map(Enum::toString).collect(Collectors.joining(", ")) + besides);
    }

    /** The key of a host, which must have one. */
    static HostKey existing(TargetState state, String vf, String hostNqn) throws ControlException {
        return state.hostKey(vf, hostNqn)
                .orElseThrow(() -> new ControlException(
                        Reason.NOT_FOUND,
                        "the host " + (Names.isNqn(hostNqn) ? hostNqn : "(which is no NQN)")
                                + " has no key at virtual function " + vf));
    }
}
