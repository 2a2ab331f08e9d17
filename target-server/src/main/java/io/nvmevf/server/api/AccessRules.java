package io.nvmevf.server.api;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.Route;
import io.nvmevf.server.control.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which request needs which role. What is not in this table is refused, whoever asks; a test sees to it that every route is.
 *
 * <p>One line for each route, although most follow a pattern: a route that somebody adds is not open to anybody until somebody has
 * thought about it.
 */
final class AccessRules {
    /**
     * One line.
     *
     * @param path as in {@code openapi.json}
     * @param role what is needed at least; null: open to everybody, also without a token
     */
    record Rule(HttpMethod method, String path, @Nullable Role role) {
        boolean isOpen() {
            return role == null;
        }
    }

    private static final List<Rule> RULES = List.of(
            // Whether it lives.
            open("GET", "/healthz"),

            // The web console's files, which hold nothing; what it shows it asks for like everybody else.
            open("GET", "/"),
            open("GET", "/console/*"),
            open("HEAD", "/console/*"),

            // Counters.
            metrics("/metrics"),

            // Looking.
            reads("/v1/openapi.json"),
            reads("/v1/pf"),
            reads("/v1/pf/capacity"),
            reads("/v1/pf/calibration"),
            reads("/v1/vfs"),
            reads("/v1/vfs/{name}"),
            reads("/v1/namespaces"),
            reads("/v1/namespaces/{id}"),
            reads("/v1/profiles"),
            reads("/v1/profiles/{name}"),
            reads("/v1/tenants"),
            reads("/v1/tenants/{name}/limits"),
            reads("/v1/operations"),
            reads("/v1/operations/{id}"),
            reads("/v1/audit"),
            reads("/v1/audit/export"),
            reads("/v1/apply"),
            reads("/v1/stats"),
            reads("/v1/logging"),

            // Changes.
            changes("POST", "/v1/apply"),
            changes("POST", "/v1/pf/offline"),
            changes("PUT", "/v1/pf/capacity"),
            changes("DELETE", "/v1/pf/capacity"),
            changes("POST", "/v1/pf/calibration"),
            changes("DELETE", "/v1/pf/calibration"),
            changes("POST", "/v1/vfs"),
            changes("PATCH", "/v1/vfs/{name}"),
            changes("DELETE", "/v1/vfs/{name}"),
            changes("POST", "/v1/vfs/{name}/online"),
            changes("POST", "/v1/vfs/{name}/offline"),
            changes("POST", "/v1/namespaces"),
            changes("PATCH", "/v1/namespaces/{id}"),
            changes("DELETE", "/v1/namespaces/{id}"),
            changes("POST", "/v1/namespaces/{id}/attach"),
            changes("POST", "/v1/namespaces/{id}/reassign"),
            changes("POST", "/v1/namespaces/{id}/detach"),
            changes("POST", "/v1/namespaces/{id}/release"),
            changes("POST", "/v1/namespaces/{id}/retry"),
            changes("POST", "/v1/namespaces/{id}/discard"),
            changes("POST", "/v1/profiles"),
            changes("PATCH", "/v1/profiles/{name}"),
            changes("DELETE", "/v1/profiles/{name}"),
            changes("PUT", "/v1/tenants/{name}/limits"),
            changes("DELETE", "/v1/tenants/{name}/limits"),
            changes("PUT", "/v1/logging"),

            // Lines of the log name hosts, addresses and files, and threads tell what goes on: for who runs the target.
            new Rule(HttpMethod.GET, "/v1/logging/lines", Role.OPERATOR),
            new Rule(HttpMethod.GET, "/v1/diagnostics/jvm", Role.OPERATOR),

            // Who may do what: not even looked at by others.
            new Rule(HttpMethod.GET, "/v1/tokens", Role.OPERATOR),
            changes("POST", "/v1/tokens"),
            changes("DELETE", "/v1/tokens/{id}"));

    /** Where keys of hosts are; all have the same routes below. */
    private static final List<String> KEYS = List.of(
            "/v1/vfs/{name}/keys",
            "/v1/pf/keys",
            "/v1/discovery/keys",
            "/v1/vfs/{name}/tls-keys",
            "/v1/pf/tls-keys",
            "/v1/discovery/tls-keys");

    private static final List<Rule> ALL = Stream.concat(
                    RULES.stream(), KEYS.stream().flatMap(AccessRules::keys))
            .toList();

    private static final Map<String, Rule> BY_ROUTE = byRoute();

    private AccessRules() {}

    private static Rule open(String method, String path) {
        return new Rule(HttpMethod.valueOf(method), path, null);
    }

    private static Rule metrics(String path) {
        return new Rule(HttpMethod.GET, path, Role.METRICS);
    }

    private static Rule reads(String path) {
        return new Rule(HttpMethod.GET, path, Role.READ_ONLY);
    }

    private static Rule changes(String method, String path) {
        return new Rule(HttpMethod.valueOf(method), path, Role.OPERATOR);
    }

    private static Stream<Rule> keys(String path) {
        return Stream.of(
                reads(path),
                reads(path + "/{host}"),
                changes("PUT", path + "/{host}"),
                changes("DELETE", path + "/{host}"),
                changes("POST", path + "/{host}/rotate"),
                changes("POST", path + "/{host}/finish-rotation"));
    }

    private static Map<String, Rule> byRoute() {
        Map<String, Rule> result = new HashMap<>();
        for (Rule rule : ALL) {
            if (result.put(key(rule.method(), rule.path()), rule) != null) {
                throw new IllegalStateException(rule + " is there twice");
            }
        }
        return result;
    }

    /** By the route that serves the request, so that no other spelling of its path gets by. Null: it is not in the table. */
    static @Nullable Rule of(HttpMethod method, Route route) {
        return BY_ROUTE.get(key(method, path(route)));
    }

    /** As in {@code openapi.json}. */
    static String path(Route route) {
        return route.patternString().replaceAll(":([A-Za-z]+)", "{$1}");
    }

    static List<Rule> all() {
        return ALL;
    }

    private static String key(HttpMethod method, String path) {
        return method + " " + path;
    }
}
