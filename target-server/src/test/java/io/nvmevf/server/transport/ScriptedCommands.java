package io.nvmevf.server.transport;

import io.nvmevf.protocol.Fields;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.qos.Admission;
import io.nvmevf.server.transport.CommandSlot.Direction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A command set for tests of the transport alone. CDW10 is the length of the data, NSID the seed of what is read:
 * {@value #WRITE} takes data, {@value #READ} brings it, {@value #NOTHING} has none, {@value #REFUSED} is refused.
 */
final class ScriptedCommands implements CommandSet {
    static final int NOTHING = 0x00;
    static final int WRITE = 0x01;
    static final int READ = 0x02;
    static final int REFUSED = 0x33;

    /** What commands wrote, in the order of their execution. */
    final List<byte[]> written = new ArrayList<>();
    /** Commands that are executed but not completed, while {@link #hold} is set. */
    final ArrayDeque<CommandSlot> held = new ArrayDeque<>();

    AdmissionLine line = new AdmissionLine(new ScriptedAdmission());

    /** How long the commands took that were answered, in nanoseconds. */
    final List<Long> latencies = new ArrayList<>();

    boolean hold;
    /** What the limits answer. */
    long waitNanos;

    int admitted;
    int refunded;
    int aborted;
    int failed;
    int disconnected;

    @Override
    public int prepare(CommandSlot slot) {
        switch (slot.opc()) {
            case WRITE -> slot.transfer(Direction.HOST_TO_CONTROLLER, slot.cdw(10));
            case READ -> slot.transfer(Direction.CONTROLLER_TO_HOST, slot.cdw(10));
            case REFUSED -> {
                return Status.INVALID_OPCODE | Status.DNR;
            }
            default -> slot.transfer(Direction.NONE, 0);
        }
        return Status.SUCCESS;
    }

    /** Admits as the test says. */
    private final class ScriptedAdmission implements Admission {
        @Override
        public long admit(Kind kind, long bytes, long now) {
            if (waitNanos == 0) {
                admitted++;
            }
            return waitNanos;
        }

        @Override
        public void refund(Kind kind, long bytes) {
            refunded++;
        }
    }

    @Override
    public AdmissionLine line(CommandSlot slot) {
        // (The identifier, so that an admission that the test shares among queues knows whom it admits.)
        slot.charge(Admission.Kind.OTHER, slot.cid());
        return line;
    }

    @Override
    public void execute(CommandSlot slot) {
        if (hold) {
            held.add(slot);
            return;
        }
        finish(slot);
    }

    /** Completes the command that was held first. */
    void releaseOne() {
        finish(held.remove());
    }

    private void finish(CommandSlot slot) {
        slot.timed(latencies::add);
        if (slot.opc() == WRITE && slot.length() > 0) {
            written.add(Fields.bytes(slot.data(), slot.dataIndex(), slot.length()));
        } else if (slot.opc() == READ && slot.length() > 0) {
            slot.data().setBytes(slot.dataIndex(), pattern(slot.nsid(), slot.length()));
        }
        slot.complete(Status.SUCCESS);
    }

    @Override
    public void aborted(CommandSlot slot) {
        aborted++;
    }

    @Override
    public int failed(CommandSlot slot, int status) {
        failed++;
        return status;
    }

    @Override
    public void disconnected() {
        disconnected++;
    }

    /** What a read with this NSID brings. */
    static byte[] pattern(int seed, int length) {
        byte[] bytes = new byte[length];
        new java.util.SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }
}
