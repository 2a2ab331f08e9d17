package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.protocol.auth.TlsPskIdentity;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostTls;
import io.nvmevf.server.host.TlsClient;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.transport.tls.TlsCredentials;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection without a network that a client of Bouncy Castle's talks TLS to; handshakes are computed when the test says so. */
final class TlsFixture {
    static final String HOST = "nqn.2026-01.x:host";
    static final String SUBSYSTEM = "nqn.2026-01.x:subsystem";
    static final TlsPskInterchange CONFIGURED = TlsPskInterchange.generate(new SecureRandom(), 32, DhchapHash.SHA_256);

    /** One host has one PSK at one subsystem. */
    static final class Keys implements TlsCredentials {
        final ArrayDeque<Runnable> held = new ArrayDeque<>();
        boolean hold;
        int busy;
        int asked;

        @Nullable
        TlsPsk generated;

        @Override
        public List<TlsPskInterchange> psks(String hostNqn, String subsystemNqn) {
            asked++;
            return hostNqn.equals(HOST) && subsystemNqn.equals(SUBSYSTEM) ? List.of(CONFIGURED) : List.of();
        }

        @Override
        public @Nullable TlsPsk generated(TlsPskIdentity identity) {
            asked++;
            TlsPsk psk = generated;
            return psk != null && psk.identity().equals(identity.text()) ? psk : null;
        }

        @Override
        public boolean submit(Object owner, Runnable job) {
            if (busy > 0) {
                busy--;
                return false;
            }
            if (hold) {
                held.add(job);
            } else {
                job.run();
            }
            return true;
        }
    }

    private TlsFixture() {}

    static TlsPsk psk(TlsPskInterchange configured, DhchapHash hash) {
        return TlsPsk.retained(configured, 1, hash, HOST, SUBSYSTEM, TlsPsk.Derivation.RFC_8446);
    }

    static TlsClient client() {
        return new TlsClient(HostTls.of(psk(CONFIGURED, DhchapHash.SHA_256)));
    }

    static EmbeddedQueue queue(@Nullable Keys keys) {
        return new EmbeddedQueue(HostOptions.DEFAULT, EmbeddedQueue.LIMITS, keys == null ? new Keys() : keys);
    }

    /** With the handshake done. */
    static EmbeddedQueue open(HostOptions options, TlsClient client) {
        EmbeddedQueue q = new EmbeddedQueue(options, EmbeddedQueue.LIMITS, new Keys());
        q.feed(client.start());
        byte[] answer = q.raw();
        client.take(answer, answer.length);
        assertThat(client.isDone()).isTrue();
        q.feed(client.output());
        assertThat(q.raw()).isEmpty();
        q.client = client;
        return q;
    }

    /** Initialized and connected as an I/O queue. */
    static EmbeddedQueue connected(HostOptions options, TlsClient client) {
        EmbeddedQueue q = open(options, client);
        q.feed(client.protect(q.pdus.icReq()));
        q.initialized();
        q.queue.connected(q, q.commands, ConnectionClass.IO, 64, options.sqFlowControl());
        return q;
    }

    /** Cuts a stream into its records. */
    static List<byte[]> records(byte[] stream) {
        List<byte[]> records = new ArrayList<>();
        for (int at = 0; at < stream.length; ) {
            int end = at + 5 + (((stream[at + 3] & 0xFF) << 8) | (stream[at + 4] & 0xFF));
            records.add(Arrays.copyOfRange(stream, at, end));
            at = end;
        }
        return records;
    }

    /** The same handshake message in records with this many bytes of it. */
    static byte[] inPieces(byte[] record, int size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 5; at < record.length; at += size) {
            int n = Math.min(size, record.length - at);
            out.write(record, 0, 3);
            out.write(n >>> 8);
            out.write(n);
            out.write(record, at, n);
        }
        return out.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
