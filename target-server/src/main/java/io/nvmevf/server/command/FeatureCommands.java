package io.nvmevf.server.command;

import io.nvmevf.protocol.feature.ErrorRecovery;
import io.nvmevf.protocol.feature.FeatureId;
import io.nvmevf.protocol.feature.HostBehaviorSupport;
import io.nvmevf.protocol.feature.NamespaceWriteProtection;
import io.nvmevf.protocol.feature.NumberOfQueues;
import io.nvmevf.protocol.feature.PowerManagement;
import io.nvmevf.protocol.feature.TemperatureThreshold;
import io.nvmevf.protocol.feature.VolatileWriteCache;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.subsystem.AttachedNamespace;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.subsystem.FeatureValues;
import io.nvmevf.server.transport.CommandSlot;
import io.nvmevf.server.transport.QueuePair;
import java.util.Arrays;

/** Set Features and Get Features (NVMe Base 2.1 §5.1.25 and §5.1.11). */
final class FeatureCommands {
    /** SEL values of Get Features. */
    private static final int SELECT_DEFAULT = 1;

    private static final int SELECT_SAVED = 2;
    static final int SELECT_CAPABILITIES = 3;

    /** CDW10 of Set Features: save the value. */
    private static final int SAVE = 1 << 31;
    /** Capabilities: the feature is the namespace's; its value can be changed. */
    private static final int NAMESPACE_SPECIFIC = 1 << 1;

    private static final int CHANGEABLE = 1 << 2;
    /** CDW11 of Host Identifier: 16 bytes. */
    static final int EXHID = 1;

    private static final int[] DISCOVERY = {FeatureId.ASYNC_EVENT_CONFIGURATION, FeatureId.KEEP_ALIVE_TIMER};
    /** The features of a virtual function's controller. */
    static final int[] SUPPORTED = {
        FeatureId.ARBITRATION,
        FeatureId.POWER_MANAGEMENT,
        FeatureId.TEMPERATURE_THRESHOLD,
        FeatureId.ERROR_RECOVERY,
        FeatureId.VOLATILE_WRITE_CACHE,
        FeatureId.NUMBER_OF_QUEUES,
        FeatureId.ASYNC_EVENT_CONFIGURATION,
        FeatureId.KEEP_ALIVE_TIMER,
        FeatureId.HOST_BEHAVIOR_SUPPORT,
        FeatureId.HOST_IDENTIFIER,
        FeatureId.NAMESPACE_WRITE_PROTECTION
    };

    private final ControllerLimits limits;
    private final Controller controller;
    private final ControlCalls control;

    FeatureCommands(Controller controller, QueuePair queue, ControllerLimits limits) {
        this.limits = limits;
        this.controller = controller;
        control = new ControlCalls(controller, queue);
    }

    static int select(CommandSlot slot) {
        return slot.cdw(10) >>> 8 & 0x7;
    }

    private boolean supports(int fid) {
        int[] all = controller.subsystem().isDiscovery() ? DISCOVERY : SUPPORTED;
        return Arrays.stream(all).anyMatch(f -> f == fid);
    }

    // ---- Set Features --------------------------------------------------------------------------------------------

    void set(CommandSlot slot) {
        int fid = slot.cdw(10) & 0xFF;
        if (!supports(fid)) {
            slot.complete(Status.INVALID_FIELD | Status.DNR);
            return;
        }
        if ((slot.cdw(10) & SAVE) != 0) {
            slot.complete(Status.FEATURE_NOT_SAVEABLE | Status.DNR);
            return;
        }
        if (fid == FeatureId.NAMESPACE_WRITE_PROTECTION) {
            protect(slot);
            return;
        }
        if (fid != FeatureId.ERROR_RECOVERY && slot.nsid() != 0 && slot.nsid() != Sqe.NSID_ALL) {
            slot.complete(Status.FEATURE_NOT_NAMESPACE_SPECIFIC | Status.DNR);
            return;
        }
        if (fid == FeatureId.NUMBER_OF_QUEUES) {
            requestQueues(slot);
            return;
        }
        slot.complete(apply(fid, slot));
    }

    private int apply(int fid, CommandSlot slot) {
        FeatureValues values = controller.features();
        int dword = slot.cdw(11);
        switch (fid) {
            case FeatureId.ARBITRATION -> values.arbitration(dword);
            case FeatureId.POWER_MANAGEMENT -> {
                if (PowerManagement.of(dword).ps() != 0) {
                    return Status.INVALID_FIELD | Status.DNR;
                }
            }
            case FeatureId.TEMPERATURE_THRESHOLD -> {
                TemperatureThreshold t = TemperatureThreshold.of(dword);
                boolean composite = t.tmpsel() == TemperatureThreshold.TMPSEL_COMPOSITE
                        || t.tmpsel() == TemperatureThreshold.TMPSEL_ALL;
                if (!composite || t.thsel() > TemperatureThreshold.THSEL_UNDER) {
                    return Status.INVALID_FIELD | Status.DNR;
                }
                values.temperature(t.thsel() == TemperatureThreshold.THSEL_UNDER, t.tmpth());
            }
            case FeatureId.ERROR_RECOVERY -> {
                // (DULBE needs NSFEAT.DAE, which no namespace reports.)
                if (ErrorRecovery.of(dword).dulbe()) {
                    return Status.INVALID_FIELD | Status.DNR;
                }
                values.errorRecovery(dword);
            }
            case FeatureId.VOLATILE_WRITE_CACHE ->
                values.writeCache(VolatileWriteCache.of(dword).wce());
            case FeatureId.ASYNC_EVENT_CONFIGURATION -> values.asyncEvents(dword);
            case FeatureId.KEEP_ALIVE_TIMER -> {
                long millis = Integer.toUnsignedLong(dword);
                if (millis > limits.maxKeepAliveMillis()) {
                    return Status.KEEP_ALIVE_INVALID | Status.DNR;
                }
                controller.keepAlive(millis);
            }
            case FeatureId.HOST_BEHAVIOR_SUPPORT -> {
                HostBehaviorSupport h = new HostBehaviorSupport(slot.data(), slot.dataIndex());
                if (h.acre() > 1) {
                    return Status.INVALID_FIELD | Status.DNR;
                }
                values.acre(h.acre());
            }
            // A host's identifier is the one that it connected with (§5.1.25.1.28).
            case FeatureId.HOST_IDENTIFIER -> {
                return Status.COMMAND_SEQUENCE_ERROR | Status.DNR;
            }
            default -> {
                return Status.INVALID_FIELD | Status.DNR;
            }
        }
        return Status.SUCCESS;
    }

    private void requestQueues(CommandSlot slot) {
        int dword = slot.cdw(11);
        if ((dword & 0xFFFF) == 0xFFFF || dword >>> 16 == 0xFFFF) {
            slot.complete(Status.INVALID_FIELD | Status.DNR);
            return;
        }
        if (controller.ioQueueCount() > 0) {
            slot.complete(Status.COMMAND_SEQUENCE_ERROR | Status.DNR);
            return;
        }
        NumberOfQueues wanted = NumberOfQueues.of(dword);
        controller.features().requestIoQueues(Math.min(wanted.submissionQueues(), wanted.completionQueues()));
        slot.complete(Status.SUCCESS, Integer.toUnsignedLong(numberOfQueues()));
    }

    private int numberOfQueues() {
        int granted =
                controller.features().grantedIoQueues(controller.subsystem().maxIoQueues());
        return new NumberOfQueues(granted, granted).dword();
    }

    private void protect(CommandSlot slot) {
        AttachedNamespace ns = controller.subsystem().namespaces().get(slot.nsid());
        if (ns == null) {
            slot.complete(Status.INVALID_NAMESPACE | Status.DNR);
            return;
        }
        int state = slot.cdw(11) & 0x7;
        if (state != NamespaceWriteProtection.NONE.dword() && state != NamespaceWriteProtection.PROTECTED.dword()) {
            slot.complete(Status.INVALID_FIELD | Status.DNR);
            return;
        }
        boolean on = state == NamespaceWriteProtection.PROTECTED.dword();
        Namespace seen = ns.config();
        control.change(slot, reason -> Status.INTERNAL_ERROR, service -> service.protect(seen, on));
    }

    // ---- Get Features --------------------------------------------------------------------------------------------

    void get(CommandSlot slot) {
        int fid = slot.cdw(10) & 0xFF;
        boolean ofNamespace = fid == FeatureId.NAMESPACE_WRITE_PROTECTION;
        if (!supports(fid) || select(slot) > SELECT_CAPABILITIES) {
            slot.complete(Status.INVALID_FIELD | Status.DNR);
            return;
        }
        if (select(slot) == SELECT_CAPABILITIES) {
            boolean fixed = fid == FeatureId.HOST_IDENTIFIER;
            slot.complete(Status.SUCCESS, (ofNamespace ? NAMESPACE_SPECIFIC : 0) | (fixed ? 0 : CHANGEABLE));
            return;
        }
        if (select(slot) == SELECT_SAVED || select(slot) == SELECT_DEFAULT) {
            // (Nothing is saved: a saved value is the default, and the default is what a reset sets.)
            getDefault(slot, fid);
            return;
        }
        current(slot, fid);
    }

    private void getDefault(CommandSlot slot, int fid) {
        switch (fid) {
            case FeatureId.TEMPERATURE_THRESHOLD -> {
                boolean under = TemperatureThreshold.of(slot.cdw(11)).thsel() == TemperatureThreshold.THSEL_UNDER;
                slot.complete(Status.SUCCESS, under ? 0 : FeatureValues.DEFAULT_OVER_TEMPERATURE);
            }
            case FeatureId.VOLATILE_WRITE_CACHE -> slot.complete(Status.SUCCESS, 1);
            case FeatureId.NUMBER_OF_QUEUES, FeatureId.HOST_IDENTIFIER, FeatureId.KEEP_ALIVE_TIMER ->
                current(slot, fid);
            case FeatureId.HOST_BEHAVIOR_SUPPORT -> {
                slot.data().setZero(slot.dataIndex(), HostBehaviorSupport.SIZE);
                slot.complete(Status.SUCCESS);
            }
            default -> slot.complete(Status.SUCCESS, 0);
        }
    }

    private void current(CommandSlot slot, int fid) {
        FeatureValues values = controller.features();
        switch (fid) {
            case FeatureId.ARBITRATION -> result(slot, values.arbitration());
            case FeatureId.POWER_MANAGEMENT -> result(slot, 0);
            case FeatureId.TEMPERATURE_THRESHOLD -> {
                TemperatureThreshold t = TemperatureThreshold.of(slot.cdw(11));
                if (t.tmpsel() != TemperatureThreshold.TMPSEL_COMPOSITE
                        || t.thsel() > TemperatureThreshold.THSEL_UNDER) {
                    slot.complete(Status.INVALID_FIELD | Status.DNR);
                    return;
                }
                result(slot, values.temperature(t.thsel() == TemperatureThreshold.THSEL_UNDER));
            }
            case FeatureId.ERROR_RECOVERY -> result(slot, values.errorRecovery());
            case FeatureId.VOLATILE_WRITE_CACHE -> result(slot, new VolatileWriteCache(values.writeCache()).dword());
            case FeatureId.NUMBER_OF_QUEUES -> result(slot, numberOfQueues());
            case FeatureId.ASYNC_EVENT_CONFIGURATION -> result(slot, values.asyncEvents());
            case FeatureId.KEEP_ALIVE_TIMER -> slot.complete(Status.SUCCESS, controller.keepAliveMillis());
            case FeatureId.HOST_BEHAVIOR_SUPPORT -> {
                slot.data().setZero(slot.dataIndex(), HostBehaviorSupport.SIZE);
                new HostBehaviorSupport(slot.data(), slot.dataIndex()).acre(values.acre());
                slot.complete(Status.SUCCESS);
            }
            case FeatureId.HOST_IDENTIFIER -> hostId(slot);
            default -> writeProtection(slot);
        }
    }

    private void hostId(CommandSlot slot) {
        if ((slot.cdw(11) & EXHID) == 0) {
            slot.complete(Status.INVALID_FIELD | Status.DNR);
            return;
        }
        slot.data().setLong(slot.dataIndex(), controller.hostId().getMostSignificantBits());
        slot.data().setLong(slot.dataIndex() + Long.BYTES, controller.hostId().getLeastSignificantBits());
        slot.complete(Status.SUCCESS);
    }

    private void writeProtection(CommandSlot slot) {
        AttachedNamespace ns = controller.subsystem().namespaces().get(slot.nsid());
        if (ns == null) {
            slot.complete(Status.INVALID_NAMESPACE | Status.DNR);
            return;
        }
        NamespaceWriteProtection state =
                ns.config().writeProtected() ? NamespaceWriteProtection.PROTECTED : NamespaceWriteProtection.NONE;
        result(slot, state.dword());
    }

    private static void result(CommandSlot slot, int dword) {
        slot.complete(Status.SUCCESS, Integer.toUnsignedLong(dword));
    }
}
