package io.nvmevf.server.control;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One step of an {@link ApplyPlan}.
 *
 * @param action what is done
 * @param subject name of the virtual function, profile or tenant, id of the namespace (its name, if it is created), or
 *     {@code pf}
 * @param changes what will be different, for people
 * @param destroysData whether what somebody wrote is lost
 * @param call does it
 */
public record ApplyStep(Action action, String subject, List<Change> changes, boolean destroysData, Call call) {

    /** What steps do, in the order in which they are done. */
    public enum Action {
        DETACH_NAMESPACE,
        OFFLINE_VF,
        /** To a capacity that is no smaller, or that what is there fits into. */
        CHANGE_CAPACITY,
        CREATE_PROFILE,
        /** To limits that are no slower, and no higher guarantee. */
        CHANGE_PROFILE,
        /** To limits that are no slower. */
        CHANGE_TENANT,
        CHANGE_VF,
        /**
         * To slower limits or a higher guarantee: after queues got shorter and guarantees were given up, before others get
         * their size by them.
         */
        TIGHTEN_PROFILE,
        /** To slower limits: after queues got shorter, before others get their size by them. */
        TIGHTEN_TENANT,
        /** To a smaller one: after guarantees were given up, before others get their size by it. */
        TIGHTEN_CAPACITY,
        CREATE_VF,
        ONLINE_VF,
        RESIZE_NAMESPACE,
        CREATE_NAMESPACE,
        ATTACH_NAMESPACE,
        REASSIGN_NAMESPACE,
        DELETE_NAMESPACE,
        DELETE_VF,
        DELETE_PROFILE;

        /** How a diff marks it: {@code +} comes into being, {@code -} goes, {@code ~} changes. */
        public char sign() {
            return switch (this) {
                case CREATE_VF, CREATE_NAMESPACE, CREATE_PROFILE -> '+';
                case DELETE_VF, DELETE_NAMESPACE, DELETE_PROFILE -> '-';
                default -> '~';
            };
        }
    }

    /**
     * One property.
     *
     * @param from its value now; null if there is none
     * @param to its value afterwards; null if there is none
     */
    public record Change(
            String field, @Nullable String from, @Nullable String to) {}

    /** What the service is asked for. */
    @FunctionalInterface
    public interface Call {
        /** The operation that goes on; null if all is done. */
        @Nullable
        Operation on(TargetService service) throws ControlException;
    }

    public ApplyStep {
        changes = List.copyOf(changes);
    }

    /** Such as {@code reassign-namespace ns-3}. */
    public String summary() {
        return action.name().toLowerCase(Locale.ROOT).replace('_', '-') + " " + subject;
    }
}
