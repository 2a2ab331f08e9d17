package io.nvmevf.qos;

/** What commands cost of a {@link Capacity}, in picoseconds: its figures, worked out once, so that a command costs no division. */
final class DeviceTime {
    /** Costs of a byte are kept in 1/1024 picosecond. */
    private static final int FRACTION = 10;
    /** More bytes than this cost as this: 4 GiB. */
    private static final long MOST = 1L << 32;

    private final long read;
    private final long readByte;
    private final long write;
    private final long writeByte;

    DeviceTime(Capacity capacity) {
        readByte = perByte(capacity.readBytes());
        read = perCommand(capacity.readIops(), readByte);
        writeByte = perByte(capacity.writeBytes());
        write = perCommand(capacity.writeIops(), writeByte);
    }

    private static long perByte(long bytesPerSecond) {
        return (Capacity.SECOND << FRACTION) / bytesPerSecond;
    }

    /** What is left for the command itself of what one of {@link Capacity#UNIT} bytes costs. */
    private static long perCommand(long iops, long perByte) {
        return Math.max(1, Capacity.SECOND / iops - ((Capacity.UNIT * perByte) >> FRACTION));
    }

    long cost(Admission.Kind kind, long bytes) {
        boolean reads = kind == Admission.Kind.READ;
        return (reads ? read : write) + ((Math.min(bytes, MOST) * (reads ? readByte : writeByte)) >> FRACTION);
    }

    /** What a command of this size costs, of the kind that costs more. */
    long dearer(long bytes) {
        return Math.max(cost(Admission.Kind.READ, bytes), cost(Admission.Kind.WRITE, bytes));
    }

    /** What a guarantee costs, in picoseconds a second. */
    long cost(Share share) {
        long unit = dearer(Capacity.UNIT);
        return share.minIops() > Long.MAX_VALUE / unit ? Long.MAX_VALUE : share.minIops() * unit;
    }
}
