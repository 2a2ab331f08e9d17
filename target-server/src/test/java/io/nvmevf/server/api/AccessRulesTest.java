package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.ServiceConfig;
import io.nvmevf.server.control.Role;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, for every route that the server has. */
class AccessRulesTest {
    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(directory, TestApi.ASKING);
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
    }

    /** Methods that everybody's HTTP client sends. */
    private static final Set<HttpMethod> TRIED =
            Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

    private record Served(HttpMethod method, String path) {}

    /** What the server serves; not what it answers where nothing is. */
    private List<Served> routes() {
        List<Served> routes = new ArrayList<>();
        for (ServiceConfig config : api.server().server().serviceConfigs()) {
            for (HttpMethod method : config.route().methods()) {
                routes.add(new Served(method, AccessRules.path(config.route())));
            }
        }
        assertThat(routes).hasSizeGreaterThan(50);
        return routes;
    }

    private static AccessRules.@Nullable Rule rule(Served route) {
        return AccessRules.all().stream()
                .filter(rule -> rule.method() == route.method() && rule.path().equals(route.path()))
                .findFirst()
                .orElse(null);
    }

    /** One that takes every method needs rules for those that it is made for; the others are refused. */
    @Test
    void everyRouteHasARule() {
        for (ServiceConfig config : api.server().server().serviceConfigs()) {
            String path = AccessRules.path(config.route());
            List<HttpMethod> ruled = config.route().methods().stream()
                    .filter(method -> rule(new Served(method, path)) != null)
                    .toList();
            if (config.route().methods().size() < HttpMethod.knownMethods().size()) {
                assertThat(ruled).as(path).hasSameSizeAs(config.route().methods());
            } else {
                assertThat(ruled).as(path).isNotEmpty();
            }
        }
    }

    @Test
    void everyRuleHasARoute() {
        List<Served> routes = routes();
        assertThat(AccessRules.all())
                // (The web console's files are not always there.)
                .filteredOn(rule -> !rule.path().equals("/") && !rule.path().startsWith("/console"))
                .allSatisfy(rule -> assertThat(routes).contains(new Served(rule.method(), rule.path())));
    }

    @Test
    void onlyHealthIsForEverybodyAndEveryChangeIsForOperators() {
        for (AccessRules.Rule rule : AccessRules.all()) {
            if (rule.isOpen()) {
                assertThat(rule.path()).matches("/healthz|/|/console(/\\*)?");
            } else if (rule.method() != HttpMethod.GET) {
                assertThat(rule.role()).as(rule.toString()).isEqualTo(Role.OPERATOR);
            } else {
                assertThat(rule.role() == Role.METRICS)
                        .as(rule.toString())
                        .isEqualTo(rule.path().equals("/metrics"));
            }
        }
    }

    @Test
    void everyRouteAsksForItsRole() throws Exception {
        String operator = api.makeToken("operator", Role.OPERATOR);
        String reader = api.makeToken("reader", Role.READ_ONLY);
        String metrics = api.makeToken("metrics", Role.METRICS);
        for (Served route : routes()) {
            AccessRules.Rule rule = rule(route);
            if (rule == null) {
                if (TRIED.contains(route.method())) {
                    check(route, operator, 403);
                }
                continue;
            }
            check(route, "", rule.isOpen() ? 0 : 401);
            check(route, metrics, allowed(rule, Role.METRICS) ? 0 : 403);
            check(route, reader, allowed(rule, Role.READ_ONLY) ? 0 : 403);
            check(route, operator, 0);
        }
    }

    private static boolean allowed(AccessRules.Rule rule, Role role) {
        Role needed = rule.role();
        return needed == null || role.includes(needed);
    }

    /** @param refused the status; 0: it is let through, whatever becomes of it then */
    private void check(Served route, String token, int refused) throws Exception {
        api.token = token;
        String path = route.path().replaceAll("\\{[a-z]+}|\\*", "none");
        HttpResponse<String> answer = api.send(route.method().name(), path, "");
        if (refused != 0) {
            assertThat(answer.statusCode()).as(route + " " + answer.body()).isEqualTo(refused);
            assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
            assertThat(answer.headers().firstValue("www-authenticate").isPresent())
                    .isEqualTo(refused == 401);
        } else {
            assertThat(answer.statusCode()).as(route + " " + answer.body()).isNotIn(401, 403);
        }
    }

    @Test
    void whatIsNoRouteTellsNothingToThoseWithoutAToken() throws Exception {
        assertThat(api.send("GET", "/v2", "").statusCode()).isEqualTo(401);
        assertThat(api.send("PUT", "/v1/vfs", "{}").statusCode()).isEqualTo(401);
        api.token = api.makeToken("metrics", Role.METRICS);
        assertThat(api.send("GET", "/v2", "").statusCode()).isEqualTo(404);
        assertThat(api.send("PUT", "/v1/vfs", "{}").statusCode()).isEqualTo(405);
    }

    @Test
    void otherSpellingsOfAPathOpenNothing() throws Exception {
        api.token = api.makeToken("metrics", Role.METRICS);
        for (String path : new String[] {
            "/v1/vfs/", "//v1/vfs", "/v1//vfs", "/%76%31/vfs", "/v1/vfs;a=b", "/healthz/../v1/vfs", "/metrics/../v1/vfs"
        }) {
            assertThat(api.send("GET", path, "").statusCode()).as(path).isIn(400, 403, 404);
        }
    }
}
