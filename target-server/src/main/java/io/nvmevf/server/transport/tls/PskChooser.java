package io.nvmevf.server.transport.tls;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.TlsClientHello;
import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.protocol.auth.TlsPskIdentity;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the PSK that a host uses. An identity does not always tell which it is: during a rotation there are two of one name, and
 * the two derivations of one PSK may have one identity. So each PSK that it may be is tried against the binder.
 *
 * <p>For an identity that nobody has, a PSK that nobody knows is tried as often, so that neither the answer nor the time that
 * it takes tells which hosts and subsystems there are.
 */
final class PskChooser {
    /** Between a host and a subsystem, during a rotation. */
    private static final int PSKS = 2;

    /** Of version 0, an identity that is longer than a label's context has no PSK. */
    private static final int MAX_VERSION_0 = 255;

    private static final TlsPskInterchange NOBODYS = TlsPskInterchange.generate(new SecureRandom(), 32, null);

    private static final TlsPsk NOBODYS_SHA_256 = nobodys(DhchapHash.SHA_256);
    private static final TlsPsk NOBODYS_SHA_384 = nobodys(DhchapHash.SHA_384);

    /**
     * What the host has proved to know.
     *
     * @param configured what {@code psk} was derived from; null if DH-HMAC-CHAP generated it
     */
    record Choice(
            TlsPskIdentity identity, TlsPsk psk, @Nullable TlsPskInterchange configured) {}

    private PskChooser() {}

    private static TlsPsk nobodys(DhchapHash hash) {
        byte[] secret = new byte[hash.length()];
        new SecureRandom().nextBytes(secret);
        return TlsPsk.generated(secret, hash, "nobody", "nowhere");
    }

    /** The first of the PSKs offered that is valid and proved; null if there is none. */
    static @Nullable Choice choose(TlsClientHello hello, TlsCredentials credentials) {
        for (int i = 0; i < hello.psks(); i++) {
            TlsPskIdentity identity = TlsPskIdentity.parse(hello.identity(i));
            if (identity != null && isUsable(hello, i, identity)) {
                Choice choice = identity.generated()
                        ? chooseGenerated(hello, i, identity, credentials.generated(identity))
                        : choose(hello, i, identity, credentials.psks(identity.hostNqn(), identity.subsystemNqn()));
                if (choice != null) {
                    return choice;
                }
            }
        }
        return null;
    }

    /** Why no PSK was chosen, as far as it can be told: for the log. */
    static String problem(TlsClientHello hello) {
        for (int i = 0; i < hello.psks(); i++) {
            TlsPskIdentity identity = TlsPskIdentity.parse(hello.identity(i));
            if (identity != null && identity.hash() != hello.hash(i)) {
                return "PSK '%s' is used with another hash than its own; GnuTLS before 3.8.11 can only SHA-256"
                        .formatted(identity);
            }
        }
        return "no PSK that is valid, or a wrong one";
    }

    private static boolean isUsable(TlsClientHello hello, int index, TlsPskIdentity identity) {
        return hello.hash(index) == identity.hash()
                && (identity.version() == 1
                        || identity.text().getBytes(StandardCharsets.UTF_8).length <= MAX_VERSION_0);
    }

    private static @Nullable Choice chooseGenerated(
            TlsClientHello hello, int index, TlsPskIdentity identity, @Nullable TlsPsk valid) {
        TlsPsk nobodys = identity.hash() == DhchapHash.SHA_256 ? NOBODYS_SHA_256 : NOBODYS_SHA_384;
        boolean proved = hello.proves(index, valid == null ? nobodys : valid);
        return proved && valid != null ? new Choice(identity, valid, null) : null;
    }

    private static @Nullable Choice choose(
            TlsClientHello hello, int index, TlsPskIdentity identity, List<TlsPskInterchange> valid) {
        Choice choice = null;
        for (int i = 0; i < PSKS; i++) {
            TlsPskInterchange configured = i < valid.size() ? valid.get(i) : NOBODYS;
            for (TlsPsk.Derivation derivation : TlsPsk.Derivation.values()) {
                TlsPsk psk = TlsPsk.retained(
                        configured,
                        identity.version(),
                        identity.hash(),
                        identity.hostNqn(),
                        identity.subsystemNqn(),
                        derivation);
                boolean proved = hello.proves(index, psk);
                if (proved && i < valid.size() && psk.identity().equals(identity.text()) && choice == null) {
                    choice = new Choice(identity, psk, configured);
                }
            }
        }
        return choice;
    }
}
