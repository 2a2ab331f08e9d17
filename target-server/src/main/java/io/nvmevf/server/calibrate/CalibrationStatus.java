package io.nvmevf.server.calibrate;

import io.nvmevf.qos.Capacity;
import org.jspecify.annotations.Nullable;

/**
 * How far the calibration is, or how the last one ended.
 *
 * @param state NONE if there was none since the target was started
 * @param phase what is measured now; null unless it runs
 * @param percent of all phases, 0 to 100
 * @param result what was measured; null unless all phases have ended well
 * @param error why it failed; null unless it has. With a result: why that was not made the capacity
 */
public record CalibrationStatus(
        State state,
        @Nullable String phase,
        int percent,
        @Nullable Capacity result,
        @Nullable String error) {

    static final CalibrationStatus NONE = new CalibrationStatus(State.NONE, null, 0, null, null);

    /** Of a calibration. */
    public enum State {
        NONE,
        RUNNING,
        DONE,
        FAILED,
        CANCELLED
    }
}
