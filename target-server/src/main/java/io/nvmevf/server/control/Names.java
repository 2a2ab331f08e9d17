package io.nvmevf.server.control;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** What things may be called, and what they are called when nobody says. */
public final class Names {
    /** The discovery service's NQN that every host knows (NVMe Base 2.1, 3.1.3.3); no virtual function may have it. */
    static final String DISCOVERY_NQN = "nqn.2014-08.org.nvmexpress.discovery";

    private static final Pattern VF_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    private static final Pattern HANDLE = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    /** NVMe Base 2.1, 4.7: {@code nqn.yyyy-mm.reverse.domain}, then anything behind a colon. */
    private static final Pattern NQN =
            Pattern.compile("nqn\\.[0-9]{4}-(0[1-9]|1[0-2])\\.[A-Za-z0-9][A-Za-z0-9.-]*(:[^\\s\\p{Cntrl}]+)?");

    private Names() {}

    /** {@code [a-z0-9][a-z0-9-]{0,31}}. */
    public static boolean isVfName(String name) {
        return VF_NAME.matcher(name).matches();
    }

    /** {@code [a-z0-9][a-z0-9-]{0,63}}. */
    static boolean isTenant(String name) {
        return HANDLE.matcher(name).matches();
    }

    /** {@code [a-z0-9][a-z0-9-]{0,63}}. */
    static boolean isProfileName(String name) {
        return HANDLE.matcher(name).matches();
    }

    /** {@code [a-z0-9][a-z0-9-]{0,63}}. */
    static boolean isTokenName(String name) {
        return HANDLE.matcher(name).matches();
    }

    /** {@code [a-z0-9][a-z0-9-]{0,63}}, but nothing that looks like an id. */
    static boolean isNamespaceName(String name) {
        return HANDLE.matcher(name).matches() && !name.matches(Namespace.ID_PREFIX + "[0-9]+");
    }

    /** An NQN of 223 bytes or less in the form of NVMe Base 2.1, 4.7. */
    public static boolean isNqn(String nqn) {
        return nqn.getBytes(StandardCharsets.UTF_8).length <= 223
                && NQN.matcher(nqn).matches();
    }

    /** The NQN of a virtual function whose creator names none. */
    static String vfNqn(UUID target, String vf) {
        return "nqn.2026-01.io.nvmevf:" + target + ":" + vf;
    }

    /** The unique NQN of this target's discovery subsystem, unless the configuration names one. */
    public static String discoveryNqn(UUID target) {
        return "nqn.2026-01.io.nvmevf:" + target + ":discovery";
    }

    /** The NQN of the administrative subsystem, unless the configuration names one. */
    public static String pfNqn(UUID target) {
        return "nqn.2026-01.io.nvmevf:" + target + ":pf";
    }

    /** 20 characters: {@code NVF}, 12 digits of the target's UUID, 5 of the number. Unique over targets. */
    static String serial(UUID target, int number) {
        String hex = target.toString().replace("-", "").toUpperCase(Locale.ROOT);
        return "NVF" + hex.substring(0, 12) + String.format(Locale.ROOT, "%05d", number);
    }
}
