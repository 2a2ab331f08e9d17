import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeLimits;
import io.nvmevf.server.wipe.WipeMethod;
import io.nvmevf.server.wipe.WipePlan;
import io.nvmevf.server.wipe.WipeResult;
import io.nvmevf.server.wipe.Wiper;
import io.nvmevf.storage.file.FilePool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * How fast a wipe is. Run by {@code benchmarks/wipe}: DIRECTORY MIB ROUNDS.
 *
 * <p>In each round, over one file: a write that allocates it and is not measured, a plain sequential write with a sync at its end, then
 * the wipe of the same file, and so on. What is printed for a wipe is all of it, the verification included.
 */
final class WipeSpeed {
    private static final int MIB = 1 << 20;

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        long bytes = Long.parseLong(args[1]) * MIB;
        int rounds = Integer.parseInt(args[2]);
        System.out.println("| file of " + args[1]
                + " MiB | plain write MiB/s min / median / max | wipe MiB/s min / median / max | wipe : plain, median of the rounds |");
        System.out.println("| --- | --- | --- | ---: |");
        for (boolean direct : new boolean[] {false, true}) {
            for (boolean sparse : new boolean[] {false, true}) {
                String name = (direct ? "direct" : "buffered") + (sparse ? "-sparse" : "");
                sequential(directory.resolve(name), bytes, rounds, direct, sparse);
            }
        }
        System.out.println();
        System.out.println("| sparse file of 1 TiB | seconds min / median / max |");
        System.out.println("| --- | --- |");
        sparse(directory.resolve("sparse"), rounds);
    }

    private static void sequential(Path directory, long bytes, int rounds, boolean direct, boolean sparse)
            throws Exception {
        try (FilePool pool = new FilePool(Files.createDirectories(directory), bytes, true, direct)) {
            pool.create("a", bytes);
            pool.open("a", bytes).close(); // permanent, under its own name
            Path file = largest(directory);
            for (Verification verification : Verification.values()) {
                List<Double> plain = new ArrayList<>();
                List<Double> wipe = new ArrayList<>();
                List<Double> ratio = new ArrayList<>();
                for (int round = 0; round < rounds; round++) {
                    prepare(file, bytes, sparse);
                    plain.add(bytes / (double) MIB / plain(file, bytes));
                    prepare(file, bytes, sparse);
                    wipe.add(bytes / (double) MIB / wipe(pool, bytes, WipeMethod.ZERO, verification));
                    ratio.add(wipe.getLast() / plain.getLast());
                }
                System.out.printf(
                        "| zero, %s, %s, %s verification | %s | %s | %.2f |%n",
                        sparse ? "sparse" : "allocated",
                        direct ? "O_DIRECT" : "page cache",
                        verification.toString().toLowerCase(java.util.Locale.ROOT),
                        spread(plain, "%.0f"),
                        spread(wipe, "%.0f"),
                        median(ratio));
            }
        }
    }

    private static void sparse(Path directory, int rounds) throws Exception {
        long bytes = 1L << 40;
        try (FilePool pool = new FilePool(Files.createDirectories(directory), bytes, true, false)) {
            pool.create("a", bytes);
            List<Double> seconds = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                seconds.add(wipe(pool, bytes, WipeMethod.DEALLOCATE, Verification.SAMPLED));
            }
            System.out.printf("| deallocate, sampled verification | %s |%n", spread(seconds, "%.2f"));
        }
    }

    /** Seconds. */
    private static double wipe(FilePool pool, long bytes, WipeMethod method, Verification verification) throws Exception {
        long before = System.nanoTime();
        try (Wiper wiper = new Wiper(pool, new WipeLimits(0, 1))) {
            CompletableFuture<WipeResult> done = new CompletableFuture<>();
            before = System.nanoTime();
            wiper.start("a", bytes, WipePlan.of(method, verification, before), "a", true, done::complete);
            WipeResult result = done.get();
            double seconds = (System.nanoTime() - before) / 1e9;
            if (!result.succeeded()) {
                throw new IOException(result.failure());
            }
            return seconds;
        }
    }

    /** Both find the same: all of the file allocated, or nothing of it. */
    private static void prepare(Path file, long bytes, boolean sparse) throws IOException {
        if (sparse) {
            try (RandomAccessFile holes = new RandomAccessFile(file.toFile(), "rw")) {
                holes.setLength(0);
                holes.setLength(bytes);
            }
        } else {
            plain(file, bytes);
        }
    }

    /** Seconds for 1 MiB after 1 MiB and one sync. */
    private static double plain(Path file, long bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MIB);
        long before = System.nanoTime();
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (long offset = 0; offset < bytes; ) {
                buffer.clear().limit((int) Math.min(MIB, bytes - offset));
                offset += out.write(buffer, offset);
            }
            out.force(false);
        }
        return (System.nanoTime() - before) / 1e9;
    }

    private static Path largest(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
                    .orElseThrow();
        }
    }

    private static String spread(List<Double> values, String format) {
        return String.format(
                format + " / **" + format + "** / " + format,
                values.stream().mapToDouble(v -> v).min().orElseThrow(),
                median(values),
                values.stream().mapToDouble(v -> v).max().orElseThrow());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
