package io.nvmevf.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.qos.Admission;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockError;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a submission queue: the whole life of one command. A queue makes its slots once and uses them again, so a
 * command costs no allocation. Touched only on the queue's event loop.
 *
 * <pre>
 *            CapsuleCmd                    admitted             all data here           complete()
 *   FREE ───────────────▶ WAITING ───────────────▶ RECEIVING ───────────────▶ EXECUTING ───────────▶ FREE
 *     │                      ▲   └──────── no host data ──────────────────────▲  ▲
 *     └── in-capsule data ─▶ RECEIVING ── all here ──▶ WAITING ── admitted ──────┘
 * </pre>
 *
 * A command whose connection ends while a storage request has its buffer stays EXECUTING until that request is done; then
 * it is freed without an answer.
 */
public final class CommandSlot implements BlockCompletion {

    /** Where the command is in its life. */
    public enum State {
        FREE,
        WAITING,
        RECEIVING,
        EXECUTING
    }

    /** Which way a command's data goes (NVMe Base 2.1 §4.1: the low two opcode bits say the same for most commands). */
    public enum Direction {
        NONE,
        HOST_TO_CONTROLLER,
        CONTROLLER_TO_HOST
    }

    final int index;
    final byte[] entry = new byte[Sqe.SIZE];
    State state = State.FREE;

    @Nullable
    CommandSlot next;

    /** What the command is answered with once its data has been taken in; set by the transport. */
    int earlyStatus;

    /** Another command with the same identifier is outstanding: this one does not own the identifier. */
    boolean conflict;

    /** When the read that brought it began, in nanoseconds of the loop's clock. */
    long arrived;

    /** When its data became due, while it is RECEIVING. */
    long receivingSince;

    boolean inCapsule;
    boolean admitted;
    /** It has begun, and holds memory. */
    boolean running;

    /** How the command is charged to the limits of its virtual function. */
    Admission.Kind chargeKind = Admission.Kind.OTHER;

    long chargeBytes;
    /** When it was put in line, by the event loops' clock. */
    long waitingSince;

    /** Where the command asked to be admitted; null if it never waits. */
    @Nullable
    AdmissionLine line;

    // In which list of its line it stands, and between whom. Guarded by the line's lock.
    @Nullable
    Object list;

    @Nullable
    CommandSlot lineBefore;

    @Nullable
    CommandSlot lineNext;

    int received;

    private final QueuePair queue;
    private final ByteBuf sqe = Unpooled.wrappedBuffer(entry);
    private Direction direction = Direction.NONE;
    private int length;
    private int bufferAlignment = 1;
    private @Nullable ByteBuf buffer;
    private int dataIndex;
    private int scratchNeed;
    private int scratchHeld;

    // What the command set keeps with the command; it gives the names their meaning.
    /** The namespace, or another object that the command works on. */
    public @Nullable Object subject;
    /** The other command of a fused pair. */
    public @Nullable CommandSlot partner;
    /** A second buffer: what was read for a Compare or a Copy. */
    public @Nullable ByteBuf scratch;

    public long position;
    public int step;

    CommandSlot(QueuePair queue, int index) {
        this.queue = queue;
        this.index = index;
    }

    public QueuePair queue() {
        return queue;
    }

    public State state() {
        return state;
    }

    /** The submission queue entry: 64 bytes from index 0. Valid until {@link #complete}. */
    public ByteBuf sqe() {
        return sqe;
    }

    public int opc() {
        return Sqe.opc(sqe, 0);
    }

    public int cid() {
        return Sqe.cid(sqe, 0);
    }

    public int nsid() {
        return Sqe.nsid(sqe, 0);
    }

    public int cdw(int n) {
        return Sqe.cdw(sqe, 0, n);
    }

    public long cdw64(int n) {
        return Sqe.cdw64(sqe, 0, n);
    }

    /** Says, in {@link CommandSet#prepare}, that the command moves {@code length} bytes in this direction. */
    public void transfer(Direction direction, int length) {
        this.direction = length == 0 ? Direction.NONE : direction;
        this.length = length;
    }

    /** Says, in {@link CommandSet#prepare}, what the address of the data must be a multiple of. */
    public void alignData(int bytes) {
        bufferAlignment = bytes;
    }

    /** Says, in {@link CommandSet#prepare}, that carrying the command out takes a second buffer of this many bytes. */
    public void alsoNeeds(int bytes) {
        scratchNeed = bytes;
    }

    /**
     * Says how the command is charged: when it asks to be admitted, before it holds a buffer of its own.
     *
     * @param bytes what it reads, writes or touches
     */
    public void charge(Admission.Kind kind, long bytes) {
        chargeKind = kind;
        chargeBytes = bytes;
    }

    /** Whether the command's data has come with it. */
    public boolean hasData() {
        return buffer != null;
    }

    public Direction direction() {
        return direction;
    }

    /** Bytes of the command's data. */
    public int length() {
        return length;
    }

    /** The command's data, {@link #length()} bytes from {@link #dataIndex()}; legal while executing a command with data. */
    public ByteBuf data() {
        ByteBuf b = buffer;
        if (b == null) {
            throw new IllegalStateException("command " + Integer.toHexString(opc()) + " has no data");
        }
        return b;
    }

    public int dataIndex() {
        return dataIndex;
    }

    /** Bytes of memory that the buffer takes; 0 without one. */
    int bufferBytes() {
        return buffer == null ? 0 : buffer.capacity();
    }

    /** Takes a buffer with {@code headroom}, then {@code bytes} for data, of which the command may need fewer. */
    void takeBuffer(int headroom, int bytes) {
        int slack = bufferAlignment > 1 ? bufferAlignment : 0;
        ByteBuf b = queue.alloc().directBuffer(headroom + bytes + slack);
        dataIndex = headroom;
        if (slack != 0) {
            long address = b.memoryAddress() + headroom;
            dataIndex += (int) (-address & (bufferAlignment - 1));
        }
        buffer = b;
    }

    /** The second buffer, which must be there. */
    public ByteBuf scratch() {
        return Objects.requireNonNull(scratch, "the command has no second buffer");
    }

    /** Gives the second buffer back, if there is one. */
    public void releaseScratch() {
        if (scratch != null) {
            scratch.release();
            scratch = null;
        }
    }

    /** Gives the buffer away: its new owner releases it. */
    ByteBuf giveBuffer() {
        ByteBuf b = data();
        buffer = null;
        return b;
    }

    /** Bytes of memory that the command still needs before it can be carried out; 0 if it has all. */
    int memoryNeed() {
        int data = direction == Direction.NONE || buffer != null ? 0 : length + bufferAlignment;
        return data + scratchNeed - scratchHeld;
    }

    /** The second buffer's bytes are accounted for, whether the buffer is taken yet or not. */
    int reserveScratch() {
        int bytes = scratchNeed - scratchHeld;
        scratchHeld = scratchNeed;
        return bytes;
    }

    /** Bytes that are accounted for this command. */
    int heldBytes() {
        return bufferBytes() + scratchHeld;
    }

    /** Whether the queue has ended: the command is not answered, and its remaining steps need not be done. */
    public boolean orphaned() {
        return queue.isClosed();
    }

    /** Whether {@link #subject} is this very object. Any thread, while the command stands in line. */
    // (Two namespaces that look alike are not the same.)
    @SuppressWarnings("ReferenceEquality")
    public boolean isAbout(Object other) {
        return subject == other;
    }

    /** Has the command set carry the command out, again: it was held back. */
    public void execute() {
        queue.execute(this);
    }

    /**
     * Has the nanoseconds that the command took told to {@code note}: from the read that brought it to the flush that sends its
     * answer. To be called just before {@link #complete}.
     */
    public void timed(LongConsumer note) {
        queue.timed(this, note);
    }

    /** Answers the command, without a result, and frees the slot. */
    public void complete(int status) {
        complete(status, 0);
    }

    /**
     * Answers the command and frees the slot. With {@link Status#SUCCESS} a command with data to the host sends it.
     *
     * @param result dword 0 in the low 32 bits, dword 1 in the high
     */
    public void complete(int status, long result) {
        queue.complete(this, status, result);
    }

    @Override
    public void done(BlockError error) {
        queue.storageDone(this, error);
    }

    /** Makes the slot as new. Releases what it holds. */
    void reset() {
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
        releaseScratch();
        direction = Direction.NONE;
        length = 0;
        bufferAlignment = 1;
        dataIndex = 0;
        scratchNeed = 0;
        scratchHeld = 0;
        received = 0;
        earlyStatus = Status.SUCCESS;
        inCapsule = false;
        admitted = false;
        line = null;
        running = false;
        next = null;
        subject = null;
        partner = null;
        position = 0;
        step = 0;
        state = State.FREE;
    }

    @Override
    public String toString() {
        return "command opc=%02Xh cid=%04Xh nsid=%d %s".formatted(opc(), cid(), nsid(), state);
    }
}
