package io.nvmevf.server.host;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.TlsPsk;
import java.util.List;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.PskKeyExchangeMode;

/**
 * How a test host speaks TLS.
 *
 * @param psks what it offers, in this order
 * @param sha256 whether it uses every PSK with SHA-256, as GnuTLS before 3.8.11
 * @param suites cipher suites
 * @param groups Diffie-Hellman groups
 * @param early that of them for which it sends a key share at once
 * @param mode of using the PSK
 * @param version of TLS, the only one
 */
public record HostTls(
        List<TlsPsk> psks,
        boolean sha256,
        List<Integer> suites,
        List<Integer> groups,
        int early,
        short mode,
        ProtocolVersion version) {

    /** As Linux does with one PSK. */
    public static HostTls of(TlsPsk... psks) {
        return new HostTls(
                List.of(psks),
                false,
                List.of(psks).stream()
                        .map(psk -> psk.hash() == DhchapHash.SHA_256
                                ? CipherSuite.TLS_AES_128_GCM_SHA256
                                : CipherSuite.TLS_AES_256_GCM_SHA384)
                        .distinct()
                        .toList(),
                List.of(NamedGroup.x25519, NamedGroup.secp256r1),
                NamedGroup.x25519,
                PskKeyExchangeMode.psk_dhe_ke,
                ProtocolVersion.TLSv13);
    }

    /** With these groups; a key share only for {@code keyShare}. */
    public HostTls groups(int keyShare, Integer... all) {
        return new HostTls(psks, sha256, suites, List.of(all), keyShare, mode, version);
    }

    public HostTls suites(Integer... offered) {
        return new HostTls(psks, sha256, List.of(offered), groups, early, mode, version);
    }

    /** As Linux with GnuTLS before 3.8.11. */
    public HostTls alwaysSha256() {
        List<Integer> both = List.of(CipherSuite.TLS_AES_256_GCM_SHA384, CipherSuite.TLS_AES_128_GCM_SHA256);
        return new HostTls(psks, true, both, groups, early, mode, version);
    }

    public HostTls mode(short only) {
        return new HostTls(psks, sha256, suites, groups, early, only, version);
    }

    public HostTls version(ProtocolVersion only) {
        return new HostTls(psks, sha256, suites, groups, early, mode, only);
    }
}
