package io.nvmevf.server.doctor;

import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.doctor.Finding.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Looks at a machine with the eyes of a target that has this configuration. */
public final class Doctor {
    private Doctor() {}

    /** All that there is to say, in the order in which one would mend it. */
    public static List<Finding> examine(TargetConfig config, Machine machine, Running running) {
        List<Finding> all = new ArrayList<>();
        HostChecks host = new HostChecks(machine);
        all.add(host.java());
        all.add(host.ioUring(config.transport().io()));
        all.add(host.openFiles(config.transport()));
        all.add(host.memory(config));
        all.add(host.clock());
        all.addAll(new FileChecks(config, machine).all());
        all.addAll(new PoolChecks(config, machine).all());
        all.addAll(new PortChecks(config, machine, running).all());
        return all;
    }

    /** Whether a target has the data directory of this configuration now. */
    public static boolean isInUse(TargetConfig config) {
        return new FileChecks(config, new ThisMachine()).isInUse();
    }

    /** The worst of all. */
    public static Verdict worst(List<Finding> findings) {
        return findings.stream().map(Finding::verdict).max(Verdict::compareTo).orElse(Verdict.OK);
    }
}
