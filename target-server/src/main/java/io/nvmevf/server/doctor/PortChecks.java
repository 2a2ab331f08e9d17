package io.nvmevf.server.doctor;

import io.nvmevf.server.config.ApiConfig;
import io.nvmevf.server.config.ListenerConfig;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.doctor.Machine.Port;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Where hosts and operators connect to. */
final class PortChecks {
    private final TargetConfig config;
    private final Machine machine;
    private final Running running;

    PortChecks(TargetConfig config, Machine machine, Running running) {
        this.config = config;
        this.machine = machine;
        this.running = running;
    }

    List<Finding> all() {
        List<Finding> all = new ArrayList<>();
        config.listeners().forEach(listener -> all.add(listener(listener)));
        all.add(api());
        return all;
    }

    private static String shown(String address, int port) {
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }

    private Finding listener(ListenerConfig listener) {
        String at = shown(listener.address(), listener.port());
        String check = "port " + at;
        if (listener.port() == 0) {
            return Finding.ok(check, "any that is free");
        }
        boolean ours = running.ports().contains(listener.port());
        return switch (machine.port(listener.address(), listener.port())) {
            case NVME_TCP ->
                ours
                        ? Finding.ok(check, "the running target answers there" + onlyHere(listener.address()))
                        : running.answers()
                                ? Finding.fail(
                                        check,
                                        "another NVMe/TCP target answers there",
                                        "stop that one, or name another port: ss -ltnp 'sport = :" + listener.port()
                                                + "'")
                                : Finding.warn(
                                        check,
                                        "an NVMe/TCP target answers there; whether it is this one cannot be told without its API",
                                        "say where its API is with --api");
            case FREE ->
                running.answers()
                        ? Finding.warn(
                                check,
                                "free, though a target runs",
                                "restart the target, if the configuration has changed since its start")
                        : Finding.ok(check, "free" + onlyHere(listener.address()));
            case OCCUPIED ->
                Finding.fail(
                        check,
                        "something else listens there",
                        "stop it, or name another port: ss -ltnp 'sport = :" + listener.port() + "'");
            case NO_SUCH_ADDRESS -> noSuchAddress(check);
            case NOT_ALLOWED -> notAllowed(check);
        };
    }

    private Finding api() {
        ApiConfig api = config.api();
        String check = "port " + shown(api.address(), api.port()) + " (API)";
        if (api.port() == 0) {
            return Finding.ok(check, "any that is free");
        }
        Port port = machine.port(api.address(), api.port());
        return switch (port) {
            case FREE -> Finding.ok(check, "free");
            case NO_SUCH_ADDRESS -> noSuchAddress(check);
            case NOT_ALLOWED -> notAllowed(check);
            case OCCUPIED, NVME_TCP ->
                running.answers()
                        ? Finding.ok(check, "in use, and a target runs")
                        : Finding.fail(
                                check,
                                "something else listens there",
                                "stop it, or name another api.port: ss -ltnp 'sport = :" + api.port() + "'");
        };
    }

    private static Finding noSuchAddress(String check) {
        return Finding.fail(check, "this machine does not have that address", "name one that it has: ip -br address");
    }

    private Finding notAllowed(String check) {
        return Finding.fail(
                check,
                machine.user() + " may not listen there",
                "name a port from 1024 up, or give the unit AmbientCapabilities=CAP_NET_BIND_SERVICE");
    }

    private static String onlyHere(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress() ? "; only hosts on this machine reach it" : "";
        } catch (UnknownHostException e) {
            return "";
        }
    }
}
