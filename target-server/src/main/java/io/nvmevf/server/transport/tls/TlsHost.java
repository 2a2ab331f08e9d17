package io.nvmevf.server.transport.tls;

import io.nvmevf.protocol.auth.TlsPskInterchange;

/**
 * Who is at the other end of a TLS connection: the host and the subsystem that the identity of its PSK names. It may connect
 * as this host and to this subsystem, and as no other and to no other.
 *
 * @param psk what it has proved to know; the key may be taken away while the connection is there
 * @param suite name of the cipher suite, for logs
 */
public record TlsHost(String hostNqn, String subsystemNqn, TlsPskInterchange psk, String suite) {}
