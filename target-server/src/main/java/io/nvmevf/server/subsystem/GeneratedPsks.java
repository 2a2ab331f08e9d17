package io.nvmevf.server.subsystem;

import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.server.control.HostKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The PSKs for TLS that DH-HMAC-CHAP generated at one subsystem (secure channel concatenation, NVMe Base 2.1 §8.3.4.7). They are in
 * memory only.
 *
 * <pre>
 *   add ──▶ NEW: one admin queue may connect with it, for {@link #NEW_SECONDS}
 *            │ claim: an admin queue has connected
 *            ▼
 *           CLAIMED: the controller's I/O queues connect with it; nobody else
 *            │ ended: the controller is gone; or replace: the host has authenticated again
 *            ▼
 *           gone
 * </pre>
 *
 * <p>So a PSK is of one association and does not outlive it. It is worth as much as the secret by which the host proved itself:
 * once that is taken away, nobody connects with it any more.
 *
 * <p>There are at most as many as controllers, and {@link #NEW_OF_A_HOST} of each host that has a key. Any thread.
 */
final class GeneratedPsks {
    /** What a host has to come back with TLS. Linux comes at once, and gives its handshake 10 seconds. */
    static final int NEW_SECONDS = 30;
    /** As many controllers as a host connects in one moment ({@code connections.connect-burst}); with more, the oldest is forgotten. */
    static final int NEW_OF_A_HOST = 16;

    private static final long NEW_NANOS = TimeUnit.SECONDS.toNanos(NEW_SECONDS);

    /**
     * @param proven by what the host has proved itself
     * @param since when it was generated
     * @param of the controller whose it is; null: it is new
     */
    private record Entry(
            TlsPsk psk,
            String hostNqn,
            HostKey.Pair proven,
            long since,
            @Nullable Object of) {

        boolean isOver(long now) {
            return of == null && now - since > NEW_NANOS;
        }
    }

    /** By identity, the oldest first. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** A host has generated a PSK, for an association that is to come. */
    synchronized void add(TlsPsk psk, String hostNqn, HostKey.Pair proven, long now) {
        entries.values().removeIf(e -> e.isOver(now));
        long present =
                entries.values().stream().filter(e -> isNewOf(e, hostNqn)).count();
        Iterator<Entry> all = entries.values().iterator();
        while (present >= NEW_OF_A_HOST && all.hasNext()) {
            if (isNewOf(all.next(), hostNqn)) {
                all.remove();
                present--;
            }
        }
        entries.put(psk.identity(), new Entry(psk, hostNqn, proven, now, null));
    }

    private static boolean isNewOf(Entry entry, String hostNqn) {
        return entry.of() == null && entry.hostNqn().equals(hostNqn);
    }

    /** A host has generated another PSK for its association. */
    synchronized void replace(TlsPsk psk, String hostNqn, HostKey.Pair proven, Object controller) {
        if (ended(controller)) {
            entries.put(psk.identity(), new Entry(psk, hostNqn, proven, 0, controller));
        }
    }

    /**
     * The PSK with this identity, if it is valid.
     *
     * @param key what its host has to authenticate with now
     */
    synchronized @Nullable TlsPsk find(String identity, HostKey key, long now) {
        Entry entry = entries.get(identity);
        if (entry == null) {
            return null;
        }
        if (entry.isOver(now)) {
            entries.remove(identity);
            return null;
        }
        boolean proves = entry.hostNqn().equals(key.hostNqn()) && key.pairs().contains(entry.proven());
        return proves ? entry.psk() : null;
    }

    /** An admin queue has connected with a PSK that is new: it is this controller's. False if it is not new, or gone. */
    synchronized boolean claim(String identity, String hostNqn, Object controller) {
        Entry entry = entries.get(identity);
        if (entry == null || entry.of() != null || !entry.hostNqn().equals(hostNqn)) {
            return false;
        }
        entries.put(identity, new Entry(entry.psk(), entry.hostNqn(), entry.proven(), entry.since(), controller));
        return true;
    }

    synchronized boolean isOf(String identity, Object controller) {
        Entry entry = entries.get(identity);
        return entry != null && controller.equals(entry.of());
    }

    /** A controller has ended; whether it had a PSK. */
    synchronized boolean ended(Object controller) {
        return entries.values().removeIf(e -> controller.equals(e.of()));
    }

    synchronized int size() {
        return entries.size();
    }
}
