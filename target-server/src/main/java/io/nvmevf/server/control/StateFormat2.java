package io.nvmevf.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Reads what nvmevf wrote before there were limits: no profile, no limit of any tenant or virtual function. */
final class StateFormat2 {
    private StateFormat2() {}

    /** The same state in format 3. */
    static JsonNode migrated(JsonNode state) throws IOException {
        if (!(state.deepCopy() instanceof ObjectNode next)) {
            throw new IOException("the state is no object");
        }
        next.putArray("profiles");
        next.putArray("tenants");
        for (JsonNode node : next.withArray("vfs")) {
            if (node instanceof ObjectNode vf) {
                vf.putNull("profile");
                vf.putNull("limits");
            }
        }
        return next;
    }
}
