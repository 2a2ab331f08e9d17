package io.nvmevf.server.audit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The evidence of one erasure, whether it succeeded or not.
 *
 * @param operation the operation's id
 * @param namespace the namespace's id
 * @param oldUuid the UUID by which its hosts knew it
 * @param newUuid the UUID that it has since; null if it was deleted, or if the erasure failed
 * @param oldOwner the tenant whose data was erased; null if none was recorded
 * @param newOwner the tenant that gets it; null if none does
 * @param method {@code crypto}, {@code zero}, {@code deallocate} or {@code overwrite}
 * @param passes times that the device was written or deallocated, from 1
 * @param pattern the 32 bits that were written, or null if the method has none
 * @param bytes the size of what was erased
 * @param verification {@code full} or {@code sampled}
 * @param verifiedBytes bytes that were read back as zeros
 * @param seed where the places of a sampled verification came from (docs/wipe.md)
 * @param started when the erasure began
 * @param ended when its verification ended
 * @param outcome {@code succeeded}, or {@code failed: } and why
 * @param version the program's version
 */
public record ErasureRecord(
        String operation,
        String namespace,
        UUID oldUuid,
        @Nullable UUID newUuid,
        @Nullable String oldOwner,
        @Nullable String newOwner,
        String method,
        int passes,
        @Nullable Integer pattern,
        long bytes,
        String verification,
        long verifiedBytes,
        long seed,
        Instant started,
        Instant ended,
        String outcome,
        String version) {

    /** The type of its line. */
    public static final String TYPE = "erasure";

    Map<String, @Nullable Object> fields() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("operation", operation);
        fields.put("namespace", namespace);
        fields.put("oldUuid", oldUuid.toString());
        fields.put("newUuid", newUuid == null ? null : newUuid.toString());
        fields.put("oldOwner", oldOwner);
        fields.put("newOwner", newOwner);
        fields.put("method", method);
        fields.put("passes", passes);
        fields.put("pattern", pattern == null ? null : String.format("%08x", pattern));
        fields.put("bytes", bytes);
        fields.put("verification", verification);
        fields.put("verifiedBytes", verifiedBytes);
        fields.put("seed", String.format("%016x", seed));
        fields.put("started", started.toString());
        fields.put("ended", ended.toString());
        fields.put("outcome", outcome);
        fields.put("version", version);
        return fields;
    }
}
