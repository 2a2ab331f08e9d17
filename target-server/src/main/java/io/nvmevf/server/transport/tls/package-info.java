/**
 * TLS 1.3 with pre-shared keys under an NVMe/TCP connection (NVMe/TCP Transport 1.1 §3.6.1; RFC 8446).
 *
 * <pre>
 *   event loop:  HandshakeInput ── whole messages ──▶ │ worker: TlsHandshake (Bouncy Castle, PskChooser) │ ──▶ answer
 *                TlsReceiver ◀── records ── socket ──▶ TlsSender        after it: RecordLayer (javax.crypto)
 * </pre>
 *
 * <p>A {@link io.nvmevf.server.transport.tls.TlsHandshake} finds out which PSK the host has proved to know, and with it who the
 * host is: a {@link io.nvmevf.server.transport.tls.TlsHost}. Its traffic secrets go to a {@link
 * io.nvmevf.server.transport.tls.RecordLayer}, and Bouncy Castle has no part in what follows.
 *
 * <p>Only {@code psk_dhe_ke}, TLS_AES_128_GCM_SHA256 and TLS_AES_256_GCM_SHA384; no certificates, no session tickets, no early
 * data. It knows no connection, no PDU and no subsystem: which keys there are is asked of {@link
 * io.nvmevf.server.transport.tls.TlsCredentials}. No thread is begun here, and nothing is logged or counted.
 */
@NullMarked
package io.nvmevf.server.transport.tls;

import org.jspecify.annotations.NullMarked;
