package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.control.DuplicateHost;
import io.nvmevf.server.control.TlsMode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How hosts that connect to a virtual function from now on must prove themselves. */
final class AccessOptions {
    @Option(
            names = "--require-auth",
            negatable = true,
            fallbackValue = "true",
            description = "Whether hosts that prove neither by a key nor by TLS who they are are refused; see 'nvmevf"
                    + " secret'. Default of a new one: they are not.")
    @Nullable
    Boolean requireAuth;

    @Option(
            names = "--tls",
            paramLabel = "off|allowed|required",
            description =
                    "Whether connections are protected by TLS; see 'nvmevf secret --tls'. Default of a new one: allowed.")
    @Nullable
    TlsMode tls;

    @Option(
            names = "--duplicate-host",
            paramLabel = "allow|reject|replace",
            description =
                    "Whether a second admin queue of one host gets another controller, is refused, or ends the older"
                            + " controllers. Default of a new one: allow.")
    @Nullable
    DuplicateHost duplicateHost;

    /** Puts what was given into the body of a request. */
    void put(ObjectNode body) {
        if (requireAuth != null) {
            body.put("requireAuthentication", requireAuth);
        }
        if (tls != null) {
            body.put("tls", tls.name());
        }
        if (duplicateHost != null) {
            body.put("duplicateHost", duplicateHost.name());
        }
    }
}
