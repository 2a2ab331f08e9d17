package io.nvmevf.server.control;

/** What the control plane tells the data plane; implemented by what holds the connections. */
public interface DataPlane {

    /**
     * Makes {@code next} what hosts see, and announces what changed by events: virtual functions, namespaces, sizes,
     * allowed hosts. Returns when no command that was started before is still served by what is gone in {@code next}:
     * commands beyond the end of a namespace that became smaller, too. Called by one thread at a time, never on an
     * event loop.
     *
     * <p>Hosts see the namespaces that are {@linkplain Namespace#isAttached attached}, through virtual functions that are
     * online. The implementation opens the device of each that {@linkplain TargetState#isInService is in service} and is new
     * to it, by its id and bytes, and has closed the devices of all others when it returns: those are the eraser's, or
     * nobody's. The devices of namespaces that grow have their new size already; those of namespaces that shrink are cut
     * after this returns. A device that cannot be opened does not fail the call: its namespace answers Namespace Not Ready
     * (NVMe Base 2.1, SCT 0, SC 82h) and the others go on.
     *
     * <p>A virtual function that is no longer online is drained: what runs comes to its end, then its hosts are
     * disconnected.
     */
    void publish(TargetState next);

    /** A virtual function's sanitize operation has ended: its hosts are told. */
    default void sanitizeEnded(String vf) {}
}
