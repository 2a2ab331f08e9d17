package io.nvmevf.server.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.nvmevf.server.audit.AuditLog;
import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeLimits;
import io.nvmevf.server.wipe.WipeMethod;
import io.nvmevf.server.wipe.WipePlan;
import io.nvmevf.server.wipe.WipeProgress;
import io.nvmevf.server.wipe.WipeResult;
import io.nvmevf.server.wipe.Wiper;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.DelegatingPool;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.crypt.EncryptedPool;
import io.nvmevf.storage.crypt.KeyEncryptionKey;
import io.nvmevf.storage.crypt.KeyStore;
import io.nvmevf.storage.file.FilePool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A control plane over real files, real keys, real erasures and a real audit log, that {@link KillTest} runs in a process
 * of its own and kills. Its data plane is a tenant: it looks at what is attached to it, and writes its own name.
 */
final class KilledTarget implements AutoCloseable {
    /** Where a process can be killed: as often as each of these is passed. */
    interface Failpoints {
        void reached(String name);
    }

    /** What an operator does. */
    enum Transition {
        CREATE,
        ATTACH,
        ATTACH_DIRTY,
        DETACH,
        REASSIGN,
        OVERWRITE,
        RELEASE,
        DELETE,
        FORMAT,
        SANITIZE,
        RESIZE,
        OFFLINE;

        void on(TargetService s) throws ControlException {
            switch (this) {
                case CREATE -> s.createNamespace(NewNamespace.in("alpha", BYTES, 4096));
                case ATTACH -> s.attach("ns-3", "beta", null);
                case ATTACH_DIRTY -> s.attach("ns-2", "beta", WipeRequest.by(WipeMethod.ZERO));
                case DETACH -> s.detach("ns-1");
                case REASSIGN -> s.reassign("ns-1", "beta", null);
                case OVERWRITE -> s.reassign("ns-1", "beta", new WipeRequest(WipeMethod.OVERWRITE, 2, 7L, true, null));
                case RELEASE -> s.release("ns-2", null);
                case DELETE -> s.deleteNamespace("ns-1", null);
                case FORMAT -> s.format(s.namespace("ns-1"), WipePlan.of(WipeMethod.CRYPTO, Verification.FULL, 1), 512);
                case SANITIZE -> s.sanitize(s.vf("alpha"), WipePlan.of(WipeMethod.ZERO, Verification.FULL, 1), 2);
                case RESIZE -> s.resizeNamespace("ns-1", BYTES / 2, true);
                case OFFLINE -> s.offlineVf("alpha");
            }
        }
    }

    static final long BYTES = 2 << 20;

    private final Failpoints failpoints;
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final StoragePool pool;
    private final Wiper wiper;
    private final AuditLog audit;
    private final Tenants tenants;
    private final TargetService service;

    KilledTarget(Path directory, Failpoints failpoints) throws Exception {
        this.failpoints = failpoints;
        Path data = Files.createDirectories(directory.resolve("data"));
        Path key = directory.resolve("kek");
        KeyEncryptionKey kek = Files.exists(key) ? KeyEncryptionKey.read(key) : KeyEncryptionKey.create(key);
        KeyStore keys = KeyStore.open(data.resolve("keys"), kek, null, step -> failpoints.reached("key " + step));
        StoragePool files = new EncryptedPool(
                new FilePool(Files.createDirectories(directory.resolve("pool")), 64 << 20, true, false),
                keys,
                Set.of());
        pool = new SteppingPool(files);
        wiper = new Wiper(pool, new WipeLimits(0, 2));
        audit = AuditLog.open(data, Clock.systemUTC());
        tenants = new Tenants();
        service = TargetService.start(
                StateFile.open(data, step -> failpoints.reached("state " + step)),
                new TargetService.Parts(
                        TestService.PF, pool, tenants, this::erase, audit, Clock.systemUTC(), task -> {}));
    }

    private Supplier<WipeProgress> erase(
            String id, long bytes, WipePlan plan, String owner, boolean operator, Consumer<WipeResult> done) {
        return wiper.start(id, bytes, plan, owner, operator, result -> {
            failpoints.reached("erased");
            done.accept(result);
            failpoints.reached("settled");
        })::progress;
    }

    TargetService service() {
        return service;
    }

    List<String> leaks() {
        return tenants.leaks;
    }

    /** ns-1 attached to alpha, ns-2 detached from it, ns-3 nobody's. */
    void prepare() throws ControlException {
        service.createVf(NewVirtualFunction.named("alpha"));
        service.createVf(NewVirtualFunction.named("beta"));
        service.createNamespace(NewNamespace.in("alpha", BYTES, 4096));
        service.createNamespace(NewNamespace.in("alpha", BYTES, 4096));
        service.createNamespace(NewNamespace.available(BYTES, 4096));
        service.detach("ns-2");
    }

    void change(Transition transition) throws ControlException {
        transition.on(service);
    }

    /** Waits until no operation runs. */
    void settle() throws Exception {
        for (Operation op : service.operations()) {
            service.ended(op.id()).get(60, TimeUnit.SECONDS);
        }
    }

    /** What a namespace holds: the owner's name that stands all over it, or null for zeros. */
    @Nullable
    String content(Namespace ns) throws Exception {
        try (BlockDevice device = pool.open(ns.id(), ns.bytes())) {
            return tenants.look(device);
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
        wiper.close();
        audit.close();
        tenants.publish(TargetState.EMPTY);
        pool.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Says before and after each call what it is. */
    private final class SteppingPool extends DelegatingPool {
        SteppingPool(StoragePool inner) {
            super(inner);
        }

        private interface Call<T> {
            T run() throws PoolException;
        }

        private <T> T step(String name, Call<T> call) throws PoolException {
            failpoints.reached("before " + name);
            T result = call.run();
            failpoints.reached("after " + name);
            return result;
        }

        @Override
        public void create(String id, long bytes) throws PoolException {
            step("create", () -> {
                inner.create(id, bytes);
                return id;
            });
        }

        @Override
        public BlockDevice open(String id, long bytes) throws PoolException {
            return step("open", () -> inner.open(id, bytes));
        }

        @Override
        public BlockDevice openForErase(String id, long bytes) throws PoolException {
            return step("open for erase", () -> inner.openForErase(id, bytes));
        }

        @Override
        public void renewKey(String id) throws PoolException {
            step("renew key", () -> {
                inner.renewKey(id);
                return id;
            });
        }

        @Override
        public void resize(String id, long bytes) throws PoolException {
            step("resize", () -> {
                inner.resize(id, bytes);
                return id;
            });
        }

        @Override
        public void retire(String id) throws PoolException {
            step("retire", () -> {
                inner.retire(id);
                return id;
            });
        }

        @Override
        public void delete(String id) throws PoolException {
            step("delete", () -> {
                inner.delete(id);
                return id;
            });
        }
    }

    /** The data plane: what is attached is looked at, and written to its last block. */
    private final class Tenants implements DataPlane {
        private static final int PIECE = 1 << 18;

        final List<String> leaks = new ArrayList<>();
        private final Map<String, BlockDevice> open = new HashMap<>();

        @Override
        public void publish(TargetState next) {
            open.entrySet().removeIf(entry -> {
                boolean gone =
                        next.namespace(entry.getKey()).filter(next::isInService).isEmpty();
                if (gone) {
                    entry.getValue().close();
                }
                return gone;
            });
            for (Namespace ns : next.namespaces()) {
                if (next.isInService(ns) && !open.containsKey(ns.id())) {
                    try {
                        BlockDevice device = pool.open(ns.id(), ns.bytes());
                        open.put(ns.id(), device);
                        use(ns, device);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
            failpoints.reached("published");
        }

        private void use(Namespace ns, BlockDevice device) throws Exception {
            String owner = String.valueOf(ns.owner());
            String seen = look(device);
            if (seen != null && !seen.equals(owner)) {
                leaks.add(owner + " sees what " + seen + " wrote to " + ns.id());
            }
            byte[] name = Arrays.copyOf(owner.getBytes(StandardCharsets.US_ASCII), 16);
            byte[] names = new byte[PIECE];
            for (int i = 0; i < PIECE; i += name.length) {
                System.arraycopy(name, 0, names, i, name.length);
            }
            ByteBuf data = Unpooled.directBuffer(PIECE).writeBytes(names);
            onQueue(device, queue -> at -> {
                CompletableFuture<BlockError> done = new CompletableFuture<>();
                queue.write(at, data, 0, PIECE, true, done::complete);
                return done;
            });
            data.release();
        }

        /** Whose name stands first in it; null if all of it is zeros. */
        @Nullable
        String look(BlockDevice device) throws Exception {
            StringBuilder seen = new StringBuilder();
            ByteBuf data = Unpooled.directBuffer(PIECE);
            onQueue(device, queue -> at -> {
                CompletableFuture<BlockError> done = new CompletableFuture<>();
                queue.read(at, data, 0, PIECE, error -> {
                    byte[] bytes = new byte[PIECE];
                    data.getBytes(0, bytes);
                    for (int i = 0; i < PIECE && seen.isEmpty(); i++) {
                        for (; i < PIECE && bytes[i] != 0 && seen.length() < 16; i++) {
                            seen.append((char) bytes[i]);
                        }
                    }
                    done.complete(error);
                });
                return done;
            });
            data.release();
            return seen.isEmpty() ? null : seen.toString();
        }

        private interface Io {
            LongFunction<CompletableFuture<BlockError>> with(BlockQueue queue);
        }

        private void onQueue(BlockDevice device, Io io) throws Exception {
            IoEventLoop loop = loops.next();
            BlockQueue queue = device.openQueue(loop);
            LongFunction<CompletableFuture<BlockError>> each = io.with(queue);
            for (long at = 0; at < device.capacity(); at += PIECE) {
                long here = at;
                BlockError error = CompletableFuture.supplyAsync(() -> each.apply(here), loop)
                        .thenCompose(f -> f)
                        .get(30, TimeUnit.SECONDS);
                if (error != BlockError.NONE) {
                    throw new IllegalStateException("at " + here + ": " + error);
                }
            }
            loop.submit(queue::close).sync();
        }
    }

    /**
     * Arguments: directory, transition, name of a failpoint to be killed at, or {@code -} to name all on the way. Prints
     * {@code answered REVISION} when the change has been answered.
     */
    public static void main(String[] args) throws Exception {
        boolean[] armed = {false};
        Set<String> seen = new TreeSet<>();
        Failpoints failpoints = name -> {
            synchronized (seen) {
                if (!armed[0]) {
                    return;
                }
                if (args[2].equals("-") && seen.add(name)) {
                    System.out.println("failpoint " + name);
                }
                if (name.equals(args[2])) {
                    Runtime.getRuntime().halt(137);
                }
            }
        };
        KilledTarget target = new KilledTarget(Path.of(args[0]), failpoints);
        target.prepare();
        synchronized (seen) {
            armed[0] = true;
        }
        target.change(Transition.valueOf(args[1]));
        System.out.println("answered " + target.service.state().revision());
        target.settle();
        System.out.println("settled");
        // (Also what a change does after it was answered is over.)
        target.wiper.close();
        Runtime.getRuntime().halt(0);
    }
}
