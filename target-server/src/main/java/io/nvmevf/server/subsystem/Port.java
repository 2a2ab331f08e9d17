package io.nvmevf.server.subsystem;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One address and port that hosts connect to, as the discovery log presents it.
 *
 * @param id PORTID
 * @param bound where the listener is bound; may be a wildcard address
 * @param advertise the address that hosts are told; null: the one that the asking host connected to
 */
public record Port(
        int id, InetSocketAddress bound, @Nullable String advertise) {}
