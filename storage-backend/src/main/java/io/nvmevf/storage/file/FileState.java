package io.nvmevf.storage.file;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where in its life a device is, as the suffix of its file says. In the order in which {@code open} looks. */
enum FileState {
    PERMANENT(".ns"),
    PREPARED(".ns.new"),
    RETIRED(".ns.retired");

    private final String suffix;

    FileState(String suffix) {
        this.suffix = suffix;
    }

    Path path(Path directory, String id) {
        return directory.resolve(id + suffix);
    }

    /** The id of a file name in this state, or null. */
    @Nullable
    String idOf(String fileName) {
        if (!fileName.endsWith(suffix)) {
            return null;
        }
        String id = fileName.substring(0, fileName.length() - suffix.length());
        return id.isEmpty() || id.indexOf('.') >= 0 ? null : id;
    }
}
