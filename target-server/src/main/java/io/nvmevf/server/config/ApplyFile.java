package io.nvmevf.server.config;

import io.nvmevf.server.control.ApplyDocument;
import io.nvmevf.server.control.DuplicateHost;
import io.nvmevf.server.control.TlsMode;
import io.nvmevf.server.control.VfState;
import io.nvmevf.server.control.WipeRequest;
import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeMethod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the file of {@code nvmevf apply}. Its keys are those of the API's {@code ApplyDocument}, but for {@code size} (bytes,
 * or with a unit such as {@code 10GiB}), which is {@code bytes} there; limits of bytes may have units, too. Only the form is looked at here; whether the values
 * are allowed, the target says.
 */
public final class ApplyFile {
    private ApplyFile() {}

    /**
     * @param file the file's name, for messages
     * @throws ConfigException naming each line that is wrong
     */
    public static ApplyDocument parse(String yaml, Path file) throws ConfigException {
        Section.Errors errors = new Section.Errors(file.toString());
        YamlNode root;
        try {
            root = YamlNode.parse(yaml);
        } catch (YamlNode.SyntaxException e) {
            errors.add(e.line(), "(file)", String.valueOf(e.getMessage()));
            errors.throwIfAny();
            throw new IllegalStateException("unreachable: an error was added", e);
        }
        Section top = Section.of(root, 1, "", errors);
        List<ApplyDocument.Vf> vfs = new ArrayList<>();
        for (Section in :
                Objects.requireNonNullElse(top.sections("vfs", ApplyDocument.MAX_ENTRIES), List.<Section>of())) {
            vfs.add(vf(in));
        }
        List<ApplyDocument.Ns> namespaces = new ArrayList<>();
        for (Section in :
                Objects.requireNonNullElse(top.sections("namespaces", ApplyDocument.MAX_ENTRIES), List.<Section>of())) {
            namespaces.add(namespace(in));
        }
        List<ApplyDocument.Profile> profiles = new ArrayList<>();
        for (Section in :
                Objects.requireNonNullElse(top.sections("profiles", ApplyDocument.MAX_ENTRIES), List.<Section>of())) {
            profiles.add(new ApplyDocument.Profile(name(in), LimitSection.limits(in)));
            in.end();
        }
        List<ApplyDocument.Tenant> tenants = new ArrayList<>();
        for (Section in :
                Objects.requireNonNullElse(top.sections("tenants", ApplyDocument.MAX_ENTRIES), List.<Section>of())) {
            tenants.add(new ApplyDocument.Tenant(name(in), LimitSection.limits(in)));
            in.end();
        }
        ApplyDocument.Pf pf = null;
        Section in = top.section("pf");
        if (top.has("pf")) {
            pf = new ApplyDocument.Pf(LimitSection.capacity(in));
            in.end();
        }
        top.end();
        errors.throwIfAny();
        return new ApplyDocument(vfs, namespaces, profiles, tenants, pf);
    }

    private static ApplyDocument.Vf vf(Section in) {
        ApplyDocument.Vf vf = new ApplyDocument.Vf(
                name(in),
                in.text("tenant", ApplyFile::isText, "a name"),
                in.text("nqn", ApplyFile::isText, "an NQN"),
                in.text("serial", ApplyFile::isText, "1 to 20 printable characters"),
                hosts(in),
                flag(in, "allowAnyHost"),
                flag(in, "requireAuthentication"),
                choice(in, "tls", TlsMode.OFF),
                choice(in, "duplicateHost", DuplicateHost.ALLOW),
                ports(in),
                integer(in, "ioQueues", 0, 64),
                integer(in, "queueDepth", 2, 1024),
                choice(in, "state", VfState.ONLINE),
                in.text("profile", ApplyFile::isText, "the name of a profile"),
                LimitSection.limits(in));
        in.end();
        return vf;
    }

    private static ApplyDocument.Ns namespace(Section in) {
        Section wipe = in.section("wipe");
        long size = in.size("size", 0, 4096, 1L << 62, 4096);
        ApplyDocument.Ns ns = new ApplyDocument.Ns(
                name(in),
                in.text("vf", ApplyFile::isText, "the name of a virtual function"),
                size == 0 ? null : size,
                integer(in, "lbaSize", 512, 4096),
                flag(in, "allowShrink"),
                in.has("wipe") ? wipe(wipe) : null);
        in.end();
        return ns;
    }

    private static WipeRequest wipe(Section in) {
        boolean patterned = in.has("pattern");
        long pattern = in.size("pattern", 0, value -> value <= 0xFFFF_FFFFL, "0 to 4294967295");
        WipeRequest wipe = new WipeRequest(
                choice(in, "method", WipeMethod.ZERO),
                integer(in, "passes", 1, 16),
                patterned ? pattern : null,
                flag(in, "invert"),
                choice(in, "verification", Verification.FULL));
        in.end();
        return wipe;
    }

    private static boolean isText(String text) {
        return !text.isBlank();
    }

    private static @Nullable String name(Section in) {
        if (!in.has("name")) {
            in.error("name", "is missing; each entry needs one");
        }
        return in.text("name", ApplyFile::isText, "a name");
    }

    private static @Nullable Set<String> hosts(Section in) {
        Set<String> hosts = texts(in, "allowedHosts", "a host NQN", ApplyFile::isText);
        return in.has("allowedHosts") ? hosts : null;
    }

    private static @Nullable Set<Integer> ports(Section in) {
        Set<String> texts = texts(in, "ports", "the number of a listener", port -> port.matches("[1-9][0-9]{0,4}"));
        if (!in.has("ports")) {
            return null;
        }
        Set<Integer> ports = new TreeSet<>();
        texts.forEach(port -> ports.add(Integer.parseInt(port)));
        return ports;
    }

    private static Set<String> texts(Section in, String key, String allowed, Predicate<String> valid) {
        return new TreeSet<>(in.texts(key, 0, 1024, valid, allowed));
    }

    private static @Nullable Integer integer(Section in, String key, int min, int max) {
        int value = in.integer(key, min, min, max);
        return in.has(key) ? value : null;
    }

    private static @Nullable Boolean flag(Section in, String key) {
        boolean value = in.flag(key, false);
        return in.has(key) ? value : null;
    }

    private static <E extends Enum<E>> @Nullable E choice(Section in, String key, E any) {
        E value = in.choice(key, any);
        return in.has(key) ? value : null;
    }
}
