package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.server.config.Sizes;
import io.nvmevf.server.doctor.Finding;
import io.nvmevf.server.doctor.Running;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a running target says of itself: the part of {@code nvmevf doctor} that asks its API. */
final class TargetChecks {
    /** Seconds that an event loop may be late before a guest notices. */
    private static final double LATE = 0.1;

    private static final Pattern LAG = Pattern.compile("(?m)^nvmevf_event_loop_lag_seconds\\{[^}]*} ([0-9.eE+-]+)$");
    private static final Pattern LEFT_OUT = Pattern.compile("(?m)^nvmevf_host_log_lines_left_out_total ([0-9.eE+-]+)$");

    private final ApiClient client;
    private final boolean inUse;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<Integer> ports = new HashSet<>();
    private boolean answers;

    /** @param inUse whether a target has the data directory of the configuration */
    TargetChecks(ApiClient client, boolean inUse) {
        this.client = client;
        this.inUse = inUse;
    }

    /** Asks. */
    void ask() {
        try {
            health(client.get("/healthz"));
        } catch (CliException e) {
            noAnswer(e);
            return;
        }
        answers = true;
        try {
            JsonNode pf = client.get("/v1/pf");
            pf.path("listeners").forEach(one -> ports.add(one.path("port").asInt()));
            pool(pf);
            namespaces(pf);
            operations(client.get("/v1/operations?state=failed"));
            metrics(client.text("/metrics"));
        } catch (CliException e) {
            findings.add(Finding.warn(
                    "target",
                    "it answers, but does not say more: " + e.getMessage(),
                    "ask with --token-file, or as an operator over the Unix socket"));
        }
    }

    List<Finding> findings() {
        return findings;
    }

    Running running() {
        return new Running(answers, ports);
    }

    private void noAnswer(CliException e) {
        String why = String.valueOf(e.getMessage());
        if (e.exitCode() == ExitCode.NOT_ALLOWED) {
            findings.add(Finding.warn("target", why, "ask as an operator (sudo), or with --token-file"));
        } else if (inUse) {
            findings.add(Finding.fail(
                    "target",
                    "a target has the data directory, but its API does not answer: " + why,
                    "look at the target's log; if the API is elsewhere, say so with --api"));
        } else if (e.exitCode() == ExitCode.UNREACHABLE) {
            findings.add(Finding.ok("target", "none runs with this configuration"));
        } else {
            findings.add(Finding.fail("target", why, "check --api and the token"));
        }
    }

    private void health(JsonNode health) {
        JsonNode notReady = health.path("notReady");
        findings.add(
                notReady.isEmpty()
                        ? Finding.ok(
                                "target", "it answers: " + health.path("status").asText())
                        : Finding.fail(
                                "target",
                                "it answers, but cannot use namespaces " + Output.texts(notReady, ""),
                                "its log says why ('nvmevf log show'): a device, a file or a key is missing"));
    }

    private void pool(JsonNode pf) {
        long capacity = pf.at("/pool/capacity").asLong();
        long free = pf.at("/pool/free").asLong();
        String what = Sizes.rounded(free) + " of " + Sizes.rounded(capacity) + " free";
        findings.add(
                free < capacity / 10
                        ? Finding.warn("capacity", what, "delete namespaces, or enlarge the pool and pool.capacity")
                        : Finding.ok("capacity", what));
        JsonNode queues = pf.path("queueResources");
        if (queues.path("free").asInt() < queues.path("total").asInt() / 20) {
            findings.add(Finding.warn(
                    "queues",
                    queues.path("free").asInt() + " of " + queues.path("total").asInt() + " VQ resources free",
                    "give VFs fewer I/O queues, or raise pf.queue-resources"));
        }
    }

    private void namespaces(JsonNode pf) {
        int quarantined = pf.at("/namespacesByState/quarantined").asInt();
        findings.add(
                quarantined == 0
                        ? Finding.ok("namespaces", "none is quarantined")
                        : Finding.fail(
                                "namespaces",
                                quarantined + " quarantined: they could not be erased",
                                "'nvmevf ns list' names them, 'nvmevf op list' says why; then 'nvmevf ns retry' or discard"));
    }

    private void operations(JsonNode failed) {
        JsonNode items = failed.path("items");
        if (!items.isEmpty()) {
            JsonNode last = items.get(items.size() - 1);
            findings.add(Finding.warn(
                    "operations",
                    items.size() + " failed; the last: " + last.path("id").asText() + " on "
                            + last.path("subject").asText() + ": "
                            + last.path("error").asText(),
                    "'nvmevf op list' shows them; what became of the namespace is what counts"));
        }
    }

    private void metrics(String metrics) {
        double lag = 0;
        Matcher lags = LAG.matcher(metrics);
        while (lags.find()) {
            lag = Math.max(lag, Double.parseDouble(lags.group(1)));
        }
        String what = "late by %.3f s at most in the last 15 to 30 s".formatted(lag);
        findings.add(
                lag > LATE
                        ? Finding.warn(
                                "event loops",
                                what,
                                "the machine has too little CPU for the target, or its disk is slow and there is no"
                                        + " io_uring: look at top -H and iostat -x")
                        : Finding.ok("event loops", what));
        Matcher leftOut = LEFT_OUT.matcher(metrics);
        if (leftOut.find() && Double.parseDouble(leftOut.group(1)) > 0) {
            findings.add(Finding.warn(
                    "host log",
                    "%.0f lines about hosts were left out since the start"
                            .formatted(Double.parseDouble(leftOut.group(1))),
                    "a host does something wrong over and over: nvmevf_refusals_total says what, the log who"));
        }
    }
}
