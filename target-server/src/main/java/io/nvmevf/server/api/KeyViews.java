package io.nvmevf.server.api;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.VirtualFunction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is sent of keys of hosts; {@code openapi.json} describes it. */
final class KeyViews {
    private KeyViews() {}

    /**
     * What a host authenticates with, without anything that is secret or could serve to test guesses. {@code allowed}: whether
     * the host may connect; {@code hash} and {@code group}: null while the target chooses; {@code pairs}: the newest first.
     */
    record Key(
            String vf,
            String host,
            boolean allowed,
            @Nullable String hash,
            @Nullable String group,
            List<KeyPair> pairs) {

        static Key of(HostKey key, VirtualFunction vf) {
            return new Key(
                    vf.name(),
                    key.hostNqn(),
                    vf.allows(key.hostNqn()),
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
            DhchapHash hash = pair.host().hash();
            return new KeyPair(pair.isBidirectional(), hash == null ? "none" : hash.toString());
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
}
