package io.nvmevf.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * Reads what nvmevf wrote in format 3 before there was a capacity, which is without it and without shares, and before hosts
 * could authenticate, which is without their keys and demands none of any host.
 */
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
        if (!next.has("hostKeys")) {
            next.putArray("hostKeys");
        }
        for (JsonNode node : next.path("vfs")) {
            if (node instanceof ObjectNode vf && !vf.has("requireAuthentication")) {
                vf.put("requireAuthentication", false);
            }
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
