package io.nvmevf.server.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many requests the API refused because of who sent them. Any thread. */
public final class ApiRefusals {
    /** Why. */
    public enum Reason {
        /** There is no token, and one is needed. */
        NO_TOKEN,
        /** What was sent is no token, or is none any more. */
        BAD_TOKEN,
        /** The token has expired. */
        EXPIRED_TOKEN,
        /** The role is not enough. */
        ROLE,
        /** A page in a browser may have asked in the name of another host. */
        HOST_HEADER
    }

    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

    public ApiRefusals() {
        for (Reason reason : Reason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    public void count(Reason reason) {
        adder(reason).increment();
    }

    /** Since the start. */
    public long of(Reason reason) {
        return adder(reason).sum();
    }

    private LongAdder adder(Reason reason) {
        LongAdder adder = counts.get(reason);
        if (adder == null) {
            throw new IllegalStateException("not counted: " + reason);
        }
        return adder;
    }
}
