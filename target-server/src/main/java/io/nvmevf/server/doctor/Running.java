package io.nvmevf.server.doctor;

import java.util.Set;

/**
 * What is known of a target that runs here.
 *
 * @param answers whether its API does
 * @param ports those that it listens on for hosts, as it says
 */
public record Running(boolean answers, Set<Integer> ports) {
    /** None. */
    public static final Running NONE = new Running(false, Set.of());

    public Running {
        ports = Set.copyOf(ports);
    }
}
