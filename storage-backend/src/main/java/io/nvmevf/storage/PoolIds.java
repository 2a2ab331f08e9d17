package io.nvmevf.storage;

import io.nvmevf.storage.PoolException.Reason;
import java.util.regex.Pattern;

/** What every pool accepts as an id and as a size. */
public final class PoolIds {

    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");

    private PoolIds() {}

    /** @throws PoolException {@link Reason#INVALID} */
    public static void check(String id) throws PoolException {
        if (!ID.matcher(id).matches()) {
            throw new PoolException(Reason.INVALID, "the id must be 1 to 64 of a-z, 0-9 and -, not \"" + id + "\"");
        }
    }

    /** @throws PoolException {@link Reason#INVALID} */
    public static void check(String id, long bytes) throws PoolException {
        check(id);
        if (bytes <= 0 || bytes % 4096 != 0) {
            throw new PoolException(
                    Reason.INVALID, "the size of " + id + " must be a positive multiple of 4096 bytes, not " + bytes);
        }
    }
}
