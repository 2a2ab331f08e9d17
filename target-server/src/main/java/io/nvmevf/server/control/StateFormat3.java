package io.nvmevf.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Reads what nvmevf wrote in format 3 before there was a capacity, which is without it and without shares. */
final class StateFormat3 {
    private StateFormat3() {}

    /** The same state with all fields of format 3. */
    static JsonNode completed(JsonNode state) throws IOException {
        if (!(state.deepCopy() instanceof ObjectNode next)) {
            throw new IOException("the state is no object");
        }
        if (!next.has("capacity")) {
            next.putNull("capacity");
        }
        for (String limited : new String[] {"vfs", "profiles", "tenants"}) {
            for (JsonNode entry : next.path(limited)) {
                if (entry.path("limits") instanceof ObjectNode limits && !limits.has("share")) {
                    limits.putNull("share");
                }
            }
        }
        return next;
    }
}
