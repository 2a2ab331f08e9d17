package io.nvmevf.server.control;

import io.nvmevf.server.control.ControlException.Reason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Makes a state durable, then current, then what the data plane serves. Used under the service's monitor, but for reading. */
final class StateWriter implements AutoCloseable {
    private final StateFile file;
    private final DataPlane dataPlane;
    private volatile TargetState current;
    private @Nullable String closedBecause;

    StateWriter(StateFile file, DataPlane dataPlane) {
        this.file = file;
        this.dataPlane = dataPlane;
        current = file.state();
    }

    /** The current state. Any thread. */
    TargetState state() {
        return current;
    }

    StateChange change() {
        return new StateChange(current);
    }

    /** Records, then publishes. */
    void apply(TargetState next, String what) throws ControlException {
        save(next, what);
        publish();
    }

    void publish() {
        dataPlane.publish(current);
    }

    void save(TargetState next, String what) throws ControlException {
        next.check();
        try {
            file.save(next);
        } catch (StateFile.UncertainException e) {
            closedBecause = "the state file could not be synced (" + e.getCause() + "); restart the target";
            throw new ControlException(
                    Reason.IO,
                    what + " may or may not have been recorded, because the disk failed: " + e.getCause()
                            + "; the target goes on serving, but takes no further change until it is restarted",
                    e);
        } catch (IOException e) {
            throw new ControlException(
                    Reason.IO,
                    what + " could not be recorded, nothing was changed: " + e
                            + "; check the file system of the data directory",
                    e);
        }
        current = next;
    }

    /** Encrypts what the file holds in another way than it shall. */
    void renew() throws ControlException {
        if (file.isStale()) {
            save(current, "the encryption of the secrets of hosts");
        }
    }

    /** Whether a change can be taken at all. */
    boolean isOpen() {
        return closedBecause == null;
    }

    /** Refuses if no change can be taken. */
    void checkOpen() throws ControlException {
        if (closedBecause != null) {
            throw new ControlException(Reason.IO, "no change is taken: " + closedBecause);
        }
    }

    @Override
    public void close() {
        closedBecause = "the target is stopping";
        file.close();
    }
}
