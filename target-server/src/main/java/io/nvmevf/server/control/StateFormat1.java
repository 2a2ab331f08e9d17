package io.nvmevf.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * Reads what nvmevf wrote before namespaces had a life of their own: every namespace was attached, and every virtual
 * function was online and a tenant of its own.
 */
final class StateFormat1 {
    private StateFormat1() {}

    /** The same state in format 2. */
    static JsonNode migrated(JsonNode state) throws IOException {
        if (!(state.deepCopy() instanceof ObjectNode next)) {
            throw new IOException("the state is no object");
        }
        next.put("nextOperation", 1).putArray("operations");
        for (JsonNode node : next.withArray("vfs")) {
            if (node instanceof ObjectNode vf) {
                vf.put("tenant", vf.path("name").asText());
                vf.putArray("ports");
                vf.put("state", VfState.ONLINE.name());
                vf.putNull("sanitize");
            }
        }
        for (JsonNode node : next.withArray("namespaces")) {
            if (node instanceof ObjectNode ns) {
                ns.put("name", ns.path("id").asText());
                ns.put("encrypted", false);
                ns.put("state", NamespaceState.ATTACHED.name());
                ns.put("owner", ns.path("vf").asText());
                ns.putNull("erasure");
            }
        }
        return next;
    }
}
