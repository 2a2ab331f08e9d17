package io.nvmevf.server.control;

import io.nvmevf.protocol.auth.DhchapHash;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@link HostKeys} and {@link TlsKeys} have in common. No message holds anything that was given but an NQN that is one. */
final class KeyRules {
    /** Bounds the state file. Keys of one kind at one subsystem. */
    static final int MAX_KEYS = 1024;

    /** What is asked for in the place of a hash where there shall be none. */
    static final String NO_HASH = "none";

    private static final int DEFAULT_LENGTH = 32;

    private KeyRules() {}

    /** Whether this names a virtual function, which may or may not be there. */
    static boolean isVf(String subsystem) {
        return !subsystem.equals(HostKey.PF) && !subsystem.equals(HostKey.DISCOVERY);
    }

    /** What a message calls a subsystem. */
    static String where(String subsystem) {
        return switch (subsystem) {
            case HostKey.PF -> "the physical function";
            case HostKey.DISCOVERY -> "the discovery service";
            default -> "virtual function " + subsystem;
        };
    }

    /** What a message calls a host. */
    static String who(String hostNqn) {
        return "the host " + (Names.isNqn(hostNqn) ? hostNqn : "(which is no NQN)");
    }

    static void checkHost(String hostNqn) throws ControlException {
        if (!Names.isNqn(hostNqn)) {
            throw ControlException.invalid(
                    "the host is named by no NQN; allowed is nqn.yyyy-mm.reverse.domain:anything, up to 223 bytes, without"
                            + " blanks");
        }
    }

    /** @param kind of keys, in the plural */
    static void checkRoom(String subsystem, int present, String kind) throws ControlException {
        if (present >= MAX_KEYS) {
            throw ControlException.invalid(where(subsystem) + " has " + kind + " of " + MAX_KEYS
                    + " hosts, which is the most; remove one first");
        }
    }

    /** Bytes of a secret that is made: what is asked for, or what goes with the hash, or 32. */
    static int length(@Nullable Integer wanted, @Nullable DhchapHash hash, DhchapHash[] all) throws ControlException {
        int length = wanted != null ? wanted : hash != null ? hash.length() : DEFAULT_LENGTH;
        ofLength(length, all);
        return length;
    }

    /** The hash function whose output has this length. */
    static DhchapHash ofLength(int length, DhchapHash[] all) throws ControlException {
        for (DhchapHash hash : all) {
            if (hash.length() == length) {
                return hash;
            }
        }
        String lengths =
                Arrays.stream(all).map(hash -> Integer.toString(hash.length())).collect(Collectors.joining(", "));
        int last = lengths.lastIndexOf(", ");
        throw ControlException.invalid("length is " + length + "; allowed are " + lengths.substring(0, last) + " and "
                + lengths.substring(last + 2) + " bytes");
    }

    /**
     * A choice by the names of the specification, in any case.
     *
     * @param besides what else is allowed, for the message
     */
    static <E extends Enum<E>> @Nullable E choice(
            String field, @Nullable String name, E[] all, @Nullable String besides) throws ControlException {
        if (name == null) {
            return null;
        }
        for (E one : all) {
            if (one.toString().equalsIgnoreCase(name)) {
                return one;
            }
        }
        throw ControlException.invalid(field + " is not known; allowed are "
                + Arrays.stream(all).map(Enum::toString).collect(Collectors.joining(", "))
                + (besides == null ? "" : ", " + besides));
    }
}
