package io.nvmevf.server.host;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.nvme.Status;

/** How a command ended, with the data that came for it. */
public final class Completion {
    private final Command command;
    private final int status;
    private final long result;
    private final int sqhd;
    private final boolean bySuccessFlag;
    private final byte[] data;

    Completion(Command command, int status, long result, int sqhd, boolean bySuccessFlag, byte[] data) {
        this.command = command;
        this.status = status;
        this.result = result;
        this.sqhd = sqhd;
        this.bySuccessFlag = bySuccessFlag;
        this.data = data;
    }

    /** Status with CRD, M and DNR. */
    public int status() {
        return status;
    }

    /** Status code type and status code. */
    public int code() {
        return Status.code(status);
    }

    public boolean dnr() {
        return (status & Status.DNR) != 0;
    }

    /** Dword 0 of the completion. */
    public int dw0() {
        return (int) result;
    }

    public long result() {
        return result;
    }

    public int sqhd() {
        return sqhd;
    }

    /** Whether the SUCCESS flag stood for a response capsule. */
    public boolean bySuccessFlag() {
        return bySuccessFlag;
    }

    /** The data, as it came. */
    public byte[] data() {
        return data;
    }

    /** The data as a page that layouts read. */
    public ByteBuf page() {
        return Unpooled.wrappedBuffer(data);
    }

    /** Fails unless the command succeeded. */
    public Completion ok() {
        return is(Status.SUCCESS);
    }

    /** Fails unless the command ended with this status code; a failed command has brought no data. */
    public Completion is(int code) {
        if (code() != code) {
            throw new AssertionError(
                    "%s ended with %s, expected %s".formatted(command, Status.describe(status), Status.describe(code)));
        }
        return this;
    }

    /** Fails unless the command ended with this status code and DNR. */
    public Completion isFinal(int code) {
        is(code);
        if (!dnr()) {
            throw new AssertionError("%s ended with %s, without DNR".formatted(command, Status.describe(status)));
        }
        return this;
    }

    @Override
    public String toString() {
        return "%s: %s result=%Xh sqhd=%d".formatted(command, Status.describe(status), result, sqhd);
    }
}
