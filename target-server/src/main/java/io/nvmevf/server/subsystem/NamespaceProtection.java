package io.nvmevf.server.subsystem;

import java.util.concurrent.CompletionStage;

/** How a host's Set Features 84h reaches the control plane, which keeps the state and makes it durable. */
@FunctionalInterface
public interface NamespaceProtection {

    /** Sets or clears a namespace's write protection; completes when it is durable and in force, on any thread. */
    CompletionStage<?> protect(String namespaceId, boolean on);
}
