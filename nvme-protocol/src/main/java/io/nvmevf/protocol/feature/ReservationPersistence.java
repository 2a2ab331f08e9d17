package io.nvmevf.protocol.feature;

/**
 * Reservation Persistence, FID 83h (NVMe Base 2.1 §5.1.25.1).
 *
 * <pre>
 *  0 PTPL
 * </pre>
 *
 * @param ptpl whether registrations and reservations persist through a power loss
 */
public record ReservationPersistence(boolean ptpl) {
    /** The fields of {@code dword}; reserved bits are ignored. */
    public static ReservationPersistence of(int dword) {
        return new ReservationPersistence((dword & 1) != 0);
    }

    /** The fields in their places, the other bits zero. */
    public int dword() {
        return (ptpl ? 1 : 0);
    }
}
