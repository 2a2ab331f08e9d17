package io.nvmevf.server.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * Reads what nvmevf wrote before there was TLS: who may connect stood in the virtual function itself, nobody protected a
 * connection, and hosts had keys at virtual functions only. Format 3 had grown without a new number: what was written before
 * there was a capacity has none and no shares, and what was written before hosts could authenticate demands it of nobody.
 */
final class StateFormat3 {
    private StateFormat3() {}

    /** The same state in format 4. */
    static JsonNode migrated(JsonNode state) throws IOException {
        ObjectNode next = completed(state);
        next.putArray("tlsKeys");
        next.putArray("apiTokens");
        for (JsonNode node : next.path("vfs")) {
            if (node instanceof ObjectNode vf) {
                ObjectNode access = JsonNodeFactory.instance.objectNode();
                for (String moved : new String[] {"allowedHosts", "allowAnyHost", "requireAuthentication"}) {
                    access.set(moved, vf.remove(moved));
                }
                access.put("tls", TlsMode.ALLOWED.name());
                access.put("duplicateHost", DuplicateHost.ALLOW.name());
                vf.set("access", access);
            }
        }
        for (JsonNode node : next.path("hostKeys")) {
            if (node instanceof ObjectNode key) {
                key.set("subsystem", key.remove("vf"));
            }
        }
        return next;
    }

    /** The same state with all fields of format 3. */
    private static ObjectNode completed(JsonNode state) throws IOException {
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
