package io.nvmevf.server.api;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.TlsKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is sent of keys of hosts; {@code openapi.json} describes it. */
final class KeyViews {
    private KeyViews() {}

    /**
     * What a host authenticates with, without anything that is secret or could serve to test guesses. {@code vf}: null at the
     * physical function and at the discovery service, which the route tells; {@code allowed}: whether
     * the host may connect; {@code hash} and {@code group}: null while the target chooses; {@code pairs}: the newest first.
     */
    record Key(
            @Nullable String vf,
            String host,
            boolean allowed,
            @Nullable String hash,
            @Nullable String group,
            List<KeyPair> pairs) {

        static Key of(HostKey key, boolean allowed) {
            return new Key(
                    vfOrNull(key.subsystem()),
                    key.hostNqn(),
                    allowed,
                    name(key.hash()),
                    name(key.group()),
                    key.pairs().stream().map(KeyPair::of).toList());
        }

        private static @Nullable String name(@Nullable Enum<?> choice) {
            return choice == null ? null : choice.toString();
        }
    }

    record KeyPair(boolean bidirectional, String keyHash) {

        static KeyPair of(HostKey.Pair pair) {
            return new KeyPair(pair.isBidirectional(), hashName(pair.host().hash()));
        }
    }

    /** A key that was made or changed, with the secrets that the target made for it: the only time that they are told. */
    record MadeKey(
            Key key, @Nullable String secret, @Nullable String controllerSecret) {

        /** Nothing of the secrets. */
        @Override
        public String toString() {
            return "MadeKey";
        }
    }

    /**
     * What a host protects its connections with, without anything that is secret or could serve to test guesses. {@code vf} and
     * {@code allowed} as in {@link Key}; {@code psks}: the newest first.
     */
    record TlsKeyView(@Nullable String vf, String host, boolean allowed, List<Psk> psks) {

        static TlsKeyView of(TlsKey key, boolean allowed) {
            return new TlsKeyView(
                    vfOrNull(key.subsystem()),
                    key.hostNqn(),
                    allowed,
                    key.psks().stream()
                            .map(psk -> new Psk(psk.length(), hashName(psk.hash())))
                            .toList());
        }
    }

    /** {@code length}: bytes. */
    record Psk(int length, String keyHash) {}

    /** A key that was made or changed, with the PSK that the target made for it: the only time that it is told. */
    record MadeTlsKey(TlsKeyView key, @Nullable String psk) {

        /** Nothing of the PSK. */
        @Override
        public String toString() {
            return "MadeTlsKey";
        }
    }

    private static @Nullable String vfOrNull(String subsystem) {
        return subsystem.equals(HostKey.PF) || subsystem.equals(HostKey.DISCOVERY) ? null : subsystem;
    }

    private static String hashName(@Nullable DhchapHash hash) {
        return hash == null ? "none" : hash.toString();
    }
}
