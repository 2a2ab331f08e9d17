package io.nvmevf.server.control;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who changes something: what the audit log says about it. Bound by those who know ({@code api}, {@code command}) around their
 * calls of {@link TargetService}; a call without anybody is the target's own.
 */
public sealed interface Actor {
    ScopedValue<Actor> CURRENT = ScopedValue.newInstance();

    /** Who this thread works for. */
    static Actor current() {
        return CURRENT.orElse(Itself.SYSTEM);
    }

    /** Runs something for this one. */
    default void run(Runnable task) {
        ScopedValue.where(CURRENT, this).run(task);
    }

    /** For the audit log; {@code kind} tells which other fields there are. */
    Map<String, Object> fields();

    /** The target: what a restart finishes, the end of an erasure. */
    enum Itself implements Actor {
        SYSTEM;

        @Override
        public Map<String, Object> fields() {
            return Map.of("kind", "system");
        }
    }

    /** Whoever has this token. */
    record Token(String id, String name) implements Actor {
        @Override
        public Map<String, Object> fields() {
            return Map.of("kind", "token", "id", id, "name", name);
        }
    }

    /**
     * A user of this machine, as the kernel says.
     *
     * @param uid of the process that connected
     * @param name null if it is not known
     */
    record User(int uid, @Nullable String name) implements Actor {
        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("kind", "user");
            fields.put("uid", Integer.toUnsignedLong(uid));
            if (name != null) {
                fields.put("name", name);
            }
            return fields;
        }
    }

    /** Anybody on this machine: over loopback, where nobody is asked. */
    record Anonymous(String address) implements Actor {
        @Override
        public Map<String, Object> fields() {
            return Map.of("kind", "anonymous", "address", address);
        }
    }

    /**
     * A host, by a command on an admin queue.
     *
     * @param nqn of the host; whether it proved it is the subsystem's business
     * @param subsystem NQN that it is connected to
     * @param controller CNTLID
     */
    record Host(String nqn, String subsystem, int controller) implements Actor {
        @Override
        public Map<String, Object> fields() {
            return Map.of("kind", "host", "nqn", nqn, "subsystem", subsystem, "controller", controller);
        }
    }
}
