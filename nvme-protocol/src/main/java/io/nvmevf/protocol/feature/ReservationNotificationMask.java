package io.nvmevf.protocol.feature;

/**
 * Reservation Notification Mask, FID 82h (NVMe Base 2.1 §5.1.25.1): a mask that is set keeps the notification from
 * being sent.
 *
 * <pre>
 *  3 RESPRE   2 RESREL   1 REGPRE
 * </pre>
 *
 * @param regpre whether registration preempted is masked
 * @param resrel whether reservation released is masked
 * @param respre whether reservation preempted is masked
 */
public record ReservationNotificationMask(boolean regpre, boolean resrel, boolean respre) {
    /** The fields of {@code dword}; reserved bits are ignored. */
    public static ReservationNotificationMask of(int dword) {
        return new ReservationNotificationMask((dword & 1 << 1) != 0, (dword & 1 << 2) != 0, (dword & 1 << 3) != 0);
    }

    /** The fields in their places, the other bits zero. */
    public int dword() {
        return (regpre ? 1 << 1 : 0) | (resrel ? 1 << 2 : 0) | (respre ? 1 << 3 : 0);
    }
}
