package io.nvmevf.protocol.fabrics;

import io.nvmevf.protocol.Fields;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The form of NVMe Qualified Names (NVMe Base 2.1 §4.7): UTF-8 of at most 223 bytes, in one of two forms. Names are
 * compared byte by byte; case matters.
 *
 * <pre>
 * nqn.yyyy-mm.reverse.domain[:any string]        nqn.2014-08.com.example:nvme.host.sys.xyz
 * nqn.2014-08.org.nvmexpress:uuid:&lt;UUID&gt;         nqn.2014-08.org.nvmexpress:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6
 * </pre>
 */
public final class Nqn {
    /** The well-known name of every discovery subsystem. */
    public static final String DISCOVERY = "nqn.2014-08.org.nvmexpress.discovery";

    /** What a name that is built from a UUID begins with. */
    public static final String UUID_PREFIX = "nqn.2014-08.org.nvmexpress:uuid:";

    /** Longest name in bytes of UTF-8, without a terminator. */
    public static final int MAX_BYTES = Fields.NQN_MAX_BYTES;

    private static final String PREFIX = "nqn.";
    private static final int DATE_END = "nqn.yyyy-mm.".length();
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-(0[1-9]|1[0-2])\\.");
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final Pattern UUID =
            Pattern.compile("[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}");

    private Nqn() {}

    /** Whether {@code name} has the form of an NQN. */
    public static boolean isValid(String name) {
        return problem(name) == null;
    }

    /**
     * {@code name} itself.
     *
     * @throws IllegalArgumentException when it has not the form of an NQN, with the reason
     */
    public static String require(String name) {
        String problem = problem(name);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        return name;
    }

    /** What is wrong with {@code name}, in words for its author, or null when it has the form of an NQN. */
    public static @Nullable String problem(String name) {
        for (int i = 0; i < name.length(); i += Character.charCount(name.codePointAt(i))) {
            int c = name.codePointAt(i);
            if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                return "an NQN holds no control character and no half of a surrogate pair";
            }
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            return "an NQN has at most " + MAX_BYTES + " bytes, this one has " + bytes;
        }
        if (!name.startsWith(PREFIX)) {
            return "an NQN begins with 'nqn.'";
        }
        if (name.length() < DATE_END
                || !DATE.matcher(name.substring(PREFIX.length(), DATE_END)).matches()) {
            return "after 'nqn.' comes a date 'yyyy-mm.' with a month of 01 to 12";
        }
        if (name.startsWith(UUID_PREFIX)) {
            return UUID.matcher(name.substring(UUID_PREFIX.length())).matches()
                    ? null
                    : "after '" + UUID_PREFIX + "' comes a UUID and nothing else";
        }
        int colon = name.indexOf(':');
        if (colon == name.length() - 1) {
            return "nothing follows the colon";
        }
        return domainProblem(name.substring(DATE_END, colon < 0 ? name.length() : colon));
    }

    private static @Nullable String domainProblem(String domain) {
        int start = 0;
        while (start <= domain.length()) {
            int dot = domain.indexOf('.', start);
            int end = dot < 0 ? domain.length() : dot;
            if (!DOMAIN.matcher(domain.substring(start, end)).matches()) {
                return "after the date comes a reverse domain name such as 'org.example', here it is '" + domain + "'";
            }
            start = end + 1;
        }
        return null;
    }
}
