package io.nvmevf.server.control;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One namespace. Its identifiers are never those of another, and are new after each change of its owner.
 *
 * @param id {@code ns-N}, for life: the operator's handle and the storage pool's id
 * @param name another handle, chosen by the operator: {@code [a-z0-9][a-z0-9-]{0,63}}, unique; the id if none was chosen
 * @param bytes size; a positive multiple of 4096
 * @param lbaSize bytes of a logical block: 512 or 4096
 * @param uuid reported in NIDT 3; the NGUID is the same 16 bytes
 * @param writeProtected namespace write protection (NVMe Base 2.1, 8.1.16), set by the host through feature 84h
 * @param encrypted whether the pool keeps it encrypted
 * @param state where it is in its life
 * @param vf name of the virtual function that it is attached to; null if it is not ATTACHED
 * @param nsid namespace ID in that virtual function's subsystem, 1 to 1024; 0 if it is not ATTACHED
 * @param owner the tenant of the virtual function that it was last attached to; null if it holds nothing of anybody
 * @param erasure the erasure that it is in (WIPING, or ATTACHED and being formatted or sanitized) or that failed
 */
public record Namespace(
        String id,
        String name,
        long bytes,
        int lbaSize,
        UUID uuid,
        boolean writeProtected,
        boolean encrypted,
        NamespaceState state,
        @Nullable String vf,
        int nsid,
        @Nullable String owner,
        @Nullable Erasure erasure) {

    static final String ID_PREFIX = "ns-";

    public Namespace {
        Objects.requireNonNull(id);
        Objects.requireNonNull(name);
        Objects.requireNonNull(uuid);
        Objects.requireNonNull(state);
    }

    /** A new one, of zeros and nobody's. */
    static Namespace available(String id, String name, long bytes, int lbaSize, boolean encrypted) {
        return new Namespace(
                id,
                name,
                bytes,
                lbaSize,
                UUID.randomUUID(),
                false,
                encrypted,
                NamespaceState.AVAILABLE,
                null,
                0,
                null,
                null);
    }

    /** NSZE: logical blocks. */
    public long blocks() {
        return bytes / lbaSize;
    }

    /** The N of {@code ns-N}: its NSID in the physical function's subsystem. */
    public long number() {
        return Long.parseLong(id.substring(ID_PREFIX.length()));
    }

    public boolean isAttached() {
        return state == NamespaceState.ATTACHED;
    }

    /** Attached to this virtual function. */
    public boolean isAttachedTo(String name) {
        return name.equals(vf);
    }

    /** Attached, as the property of its tenant. */
    public Namespace attachedTo(VirtualFunction to, int atNsid) {
        return in(NamespaceState.ATTACHED, to.name(), atNsid, to.tenant(), null);
    }

    /** Detached; still its owner's. */
    Namespace detached() {
        return in(NamespaceState.DETACHED, null, 0, owner, null);
    }

    /** In an erasure: attached if its purpose leaves it so, else WIPING. */
    Namespace erasing(Erasure by) {
        return by.purpose().staysAttached()
                ? in(state, vf, nsid, owner, by)
                : in(NamespaceState.WIPING, null, 0, owner, by);
    }

    /** Its erasure failed. */
    Namespace quarantined() {
        return in(NamespaceState.QUARANTINED, null, 0, owner, erasure);
    }

    /** The same disk at another point of its life. */
    private Namespace in(
            NamespaceState next, @Nullable String atVf, int atNsid, @Nullable String ownedBy, @Nullable Erasure by) {
        return new Namespace(
                id, name, bytes, lbaSize, uuid, writeProtected, encrypted, next, atVf, atNsid, ownedBy, by);
    }

    /** Erased and verified, and nobody's: for every host it is a new disk. */
    Namespace wiped() {
        return available(id, name, bytes, lbaSize, encrypted);
    }

    /** The same disk as before, after its own tenant's erasure. */
    Namespace erased(int newLbaSize) {
        return new Namespace(
                id, name, bytes, newLbaSize, uuid, writeProtected, encrypted, state, vf, nsid, owner, null);
    }

    public Namespace sized(long newBytes) {
        return new Namespace(
                id, name, newBytes, lbaSize, uuid, writeProtected, encrypted, state, vf, nsid, owner, erasure);
    }

    public Namespace protectedFromWrites(boolean on) {
        return new Namespace(id, name, bytes, lbaSize, uuid, on, encrypted, state, vf, nsid, owner, erasure);
    }

    /** With new identifiers: what it held is lost. */
    Namespace renewed() {
        return new Namespace(
                id, name, bytes, lbaSize, UUID.randomUUID(), false, encrypted, state, vf, nsid, owner, erasure);
    }
}
