package io.nvmevf.server.control;

import io.nvmevf.qos.Limits;
import java.util.Objects;

/**
 * What the virtual functions of one tenant may do together, beside the limits of each.
 *
 * @param tenant {@code [a-z0-9][a-z0-9-]{0,63}}; it need not have a virtual function yet
 * @param limits at least one
 */
public record TenantLimits(String tenant, Limits limits) {

    public TenantLimits {
        Objects.requireNonNull(tenant);
        Objects.requireNonNull(limits);
    }
}
