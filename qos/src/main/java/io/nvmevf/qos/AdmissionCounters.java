package io.nvmevf.qos;

/**
 * What a {@link LimitedAdmission} has counted since it was made, all of one moment. Refunded commands stay counted as
 * admitted.
 *
 * @param reads admitted commands of kind READ
 * @param writes admitted commands of kind WRITE
 * @param others admitted commands of kind OTHER
 * @param readBytes bytes of {@code reads}
 * @param writeBytes bytes of {@code writes}
 * @param otherBytes bytes of {@code others}
 * @param refusals times that a command was told to wait; one command may be told so several times
 * @param refunds admitted commands that were given back
 * @param iopsNanos nanoseconds in which demand was above a limit of commands of its own
 * @param bytesNanos the same, of bytes
 * @param tenantIopsNanos nanoseconds in which it waited for a limit of commands of its tenant
 * @param tenantBytesNanos the same, of bytes
 * @param pfNanos nanoseconds in which the limits would have let it go on, and it waited because the physical function was short
 */
public record AdmissionCounters(
        long reads,
        long writes,
        long others,
        long readBytes,
        long writeBytes,
        long otherBytes,
        long refusals,
        long refunds,
        long iopsNanos,
        long bytesNanos,
        long tenantIopsNanos,
        long tenantBytesNanos,
        long pfNanos) {

    /** Nothing was counted. */
    public static final AdmissionCounters NONE = new AdmissionCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** The sum of both. */
    public AdmissionCounters plus(AdmissionCounters other) {
        return new AdmissionCounters(
                reads + other.reads,
                writes + other.writes,
                others + other.others,
                readBytes + other.readBytes,
                writeBytes + other.writeBytes,
                otherBytes + other.otherBytes,
                refusals + other.refusals,
                refunds + other.refunds,
                iopsNanos + other.iopsNanos,
                bytesNanos + other.bytesNanos,
                tenantIopsNanos + other.tenantIopsNanos,
                tenantBytesNanos + other.tenantBytesNanos,
                pfNanos + other.pfNanos);
    }
}
