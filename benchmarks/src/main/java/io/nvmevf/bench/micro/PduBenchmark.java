package io.nvmevf.bench.micro;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.nvme.Cqe;
import io.nvmevf.protocol.nvme.NvmOpcode;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.CapsuleCmd;
import io.nvmevf.protocol.tcp.CapsuleResp;
import io.nvmevf.protocol.tcp.DataPdu;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.R2t;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The headers of one read and one write, in place in a direct buffer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PduBenchmark {
    private static final int BLOCK = 4096;

    private final ByteBuf command = Unpooled.directBuffer(CapsuleCmd.HEADER).setZero(0, CapsuleCmd.HEADER);
    private final ByteBuf answer = Unpooled.directBuffer(256);
    private int cid;

    /** A read command that can be parsed. */
    public PduBenchmark() {
        Pdu.header(command, 0, Pdu.CAPSULE_CMD, 0, CapsuleCmd.HEADER, 0, CapsuleCmd.HEADER);
        Sqe.write(command, CapsuleCmd.SQE_OFFSET, NvmOpcode.READ, 7, 1);
        Sqe.writeSgl(command, CapsuleCmd.SQE_OFFSET, Sqe.SGL_TRANSPORT, BLOCK);
    }

    /** All fields of a read command that a target looks at. */
    @Benchmark
    public long parseReadCommand() {
        int sqe = CapsuleCmd.SQE_OFFSET;
        return Pdu.type(command, 0)
                + Pdu.flags(command, 0)
                + Pdu.hlen(command, 0)
                + Pdu.pdo(command, 0)
                + Pdu.plen(command, 0)
                + Sqe.opc(command, sqe)
                + Sqe.fuse(command, sqe)
                + Sqe.psdt(command, sqe)
                + Sqe.cid(command, sqe)
                + Sqe.nsid(command, sqe)
                + Sqe.sglId(command, sqe)
                + Sqe.sglLength(command, sqe)
                + Sqe.cdw64(command, sqe, 10)
                + Sqe.cdw(command, sqe, 12);
    }

    /** The headers that answer a read: C2HData and response capsule. */
    @Benchmark
    public ByteBuf buildReadAnswer() {
        int id = cid++ & 0xFFFF;
        int plen = DataPdu.HEADER + BLOCK;
        DataPdu.write(answer, 0, Pdu.C2H_DATA, Pdu.LAST_PDU, DataPdu.HEADER, plen, id, 0, 0, BLOCK);
        CapsuleResp.header(answer, DataPdu.HEADER, 0);
        Cqe.write(answer, DataPdu.HEADER + CapsuleResp.CQE_OFFSET, 0, 1, id, Status.SUCCESS);
        return answer;
    }

    /** What a write without in-capsule data is answered with. */
    @Benchmark
    public ByteBuf buildReadyToTransfer() {
        R2t.write(answer, 0, 0, cid++ & 0xFFFF, 1, 0, BLOCK);
        return answer;
    }
}
