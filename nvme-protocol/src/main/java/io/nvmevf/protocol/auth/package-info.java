/**
 * Who is who, on the wire and as text: in-band authentication with DH-HMAC-CHAP (NVMe Base 2.1 §8.3.4.4 and §8.3.4.5)
 * and the pre-shared keys of TLS (NVMe/TCP Transport 1.1 §3.6.1).
 *
 * <p>A transaction: {@link io.nvmevf.protocol.auth.AuthNegotiate} (host), {@link
 * io.nvmevf.protocol.auth.DhchapChallenge} (controller), {@link io.nvmevf.protocol.auth.DhchapReply} (host), {@link
 * io.nvmevf.protocol.auth.DhchapSuccess1} (controller) and, where the host asked the controller to prove itself, {@link
 * io.nvmevf.protocol.auth.DhchapSuccess2} (host); or an {@link io.nvmevf.protocol.auth.AuthFailure} from either. Each
 * is read and written here, so that both ends can be built. {@link io.nvmevf.protocol.auth.DhchapTransaction} computes
 * what proves the knowledge of a {@link io.nvmevf.protocol.auth.DhchapSecret}, {@link io.nvmevf.protocol.auth.TlsPsk}
 * what TLS is given.
 *
 * <p>What is parsed may come from anyone: every length is checked against the bytes that are there before it is used,
 * and what is wrong is an {@link io.nvmevf.protocol.auth.AuthMessageException} that says what the other side is to be
 * told.
 *
 * <p>Not here: the order of the messages, time limits, where secrets are kept, who is allowed what, and TLS itself.
 * Nothing is cached, nothing logged, and no text form but {@code text()} shows a secret. Diffie-Hellman takes
 * milliseconds: it is for a worker, not for an event loop.
 */
@NullMarked
package io.nvmevf.protocol.auth;

import org.jspecify.annotations.NullMarked;
