package io.nvmevf.server.control;

import io.nvmevf.server.control.ControlException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Carries an {@link ApplyPlan} out. */
public final class Apply {
    private Apply() {}

    /**
     * What was done.
     *
     * @param plan all of the steps
     * @param operations erasures that were begun and go on
     */
    public record Result(ApplyPlan plan, List<Operation> operations) {}

    /** The steps that {@link #run} would take now. */
    public static ApplyPlan plan(TargetService service, ApplyDocument document, boolean prune) throws ControlException {
        return ApplyPlan.of(service.state(), service.pf(), document, prune);
    }

    /**
     * Takes the steps, one after the other; a step that fails is the last one. Nobody else changes anything meanwhile, so
     * that a step never destroys more than the plan said. Blocks, as each change does.
     *
     * @param allowWipe whether steps that destroy data are allowed; otherwise nothing is done if there is one
     */
    public static Result run(TargetService service, ApplyDocument document, boolean prune, boolean allowWipe)
            throws ControlException {
        synchronized (service) {
            ApplyPlan plan = plan(service, document, prune);
            if (!allowWipe && !plan.destructive().isEmpty()) {
                throw new ControlException(
                        Reason.IN_USE,
                        "nothing was done, because these steps destroy data; allow it with allowWipe (--allow-wipe): "
                                + summary(plan.destructive()));
            }
            List<Operation> operations = new ArrayList<>();
            for (int i = 0; i < plan.steps().size(); i++) {
                ApplyStep step = plan.steps().get(i);
                try {
                    Operation operation = step.call().on(service);
                    if (operation != null) {
                        operations.add(operation);
                    }
                } catch (ControlException e) {
                    throw stopped(plan, i, operations, e);
                }
            }
            return new Result(plan, operations);
        }
    }

    private static ControlException stopped(
            ApplyPlan plan, int failed, List<Operation> operations, ControlException cause) {
        String done = failed == 0 ? "nothing" : summary(plan.steps().subList(0, failed));
        String running = operations.isEmpty()
                ? ""
                : "; under way: " + operations.stream().map(Operation::id).collect(Collectors.joining(", "));
        return new ControlException(
                cause.reason(),
                "step " + (failed + 1) + " of " + plan.steps().size() + ", "
                        + plan.steps().get(failed).summary() + ", failed: " + cause.getMessage() + "\ndone before it: "
                        + done + running,
                cause);
    }

    private static String summary(List<ApplyStep> steps) {
        return steps.stream().map(ApplyStep::summary).collect(Collectors.joining(", "));
    }
}
