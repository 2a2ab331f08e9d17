package io.nvmevf.server.control;

/**
 * Where a namespace is in its life.
 *
 * <pre>
 *         create                attach(vf)               detach
 * (none) ─────────▶ AVAILABLE ─────────────▶ ATTACHED ─────────────▶ DETACHED
 *                      ▲                                                │ attach(vf of the same tenant): no wipe
 *                      │ verified                                       │ attach(another tenant), release, delete
 *                      └───────────────── WIPING ◀──────────────────────┘
 *                                           │ failed
 *                                           ▼
 *                                       QUARANTINED   (never attachable; retry, or delete)
 * </pre>
 */
public enum NamespaceState {
    /** Nobody's, and all of it reads as zeros. */
    AVAILABLE,
    /** A virtual function's hosts see it. */
    ATTACHED,
    /** No host sees it; what it holds is its owner's. */
    DETACHED,
    /** Being erased; no host sees it. Ends in AVAILABLE, ATTACHED, deletion, or QUARANTINED. */
    WIPING,
    /** An erasure failed: it may hold what its owner wrote, and can only be erased again or deleted. */
    QUARANTINED
}
