package io.nvmevf.server.control;

import java.util.UUID;

/**
 * One namespace. Its identifiers are its own for life and never those of another.
 *
 * @param id {@code [a-z0-9-]{1,64}}: the operator's handle and the storage pool's id
 * @param vf name of the virtual function that it is attached to
 * @param nsid namespace ID in that virtual function's subsystem, 1 to 1024
 * @param bytes size; a positive multiple of 4096
 * @param lbaSize bytes of a logical block: 512 or 4096
 * @param uuid reported in NIDT 3; NGUID and EUI64 derive from it
 * @param writeProtected namespace write protection (NVMe Base 2.1, 8.1.16), set by the host through feature 84h
 */
public record Namespace(String id, String vf, int nsid, long bytes, int lbaSize, UUID uuid, boolean writeProtected) {

    /** NSZE: logical blocks. */
    public long blocks() {
        return bytes / lbaSize;
    }
}
