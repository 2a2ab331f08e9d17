package io.nvmevf.server.subsystem;

import io.nvmevf.protocol.feature.AsyncEventConfiguration;

/**
 * The current values of a controller's features (NVMe Base 2.1 §5.1.25), as dwords. Written on the admin queue's loop;
 * what I/O queues look at is volatile.
 */
public final class FeatureValues {
    /** Composite temperature threshold that is reported as default: 343 K. */
    public static final int DEFAULT_OVER_TEMPERATURE = 343;

    private int arbitration;
    private int overTemperature;
    private int underTemperature;
    private int errorRecovery;
    private int asyncEvents;
    private int acre;
    private volatile int requestedIoQueues;
    private volatile boolean writeCache;

    FeatureValues() {
        reset();
    }

    void reset() {
        arbitration = 0;
        overTemperature = DEFAULT_OVER_TEMPERATURE;
        underTemperature = 0;
        errorRecovery = 0;
        asyncEvents = 0;
        acre = 0;
        requestedIoQueues = 0;
        writeCache = true;
    }

    public int arbitration() {
        return arbitration;
    }

    public void arbitration(int dword) {
        arbitration = dword;
    }

    /** In kelvin. */
    public int temperature(boolean under) {
        return under ? underTemperature : overTemperature;
    }

    public void temperature(boolean under, int kelvin) {
        if (under) {
            underTemperature = kelvin;
        } else {
            overTemperature = kelvin;
        }
    }

    public int errorRecovery() {
        return errorRecovery;
    }

    public void errorRecovery(int dword) {
        errorRecovery = dword;
    }

    public int asyncEvents() {
        return asyncEvents;
    }

    public void asyncEvents(int dword) {
        asyncEvents = dword;
    }

    boolean wantsEvent(int bit) {
        return AsyncEventConfiguration.isEnabled(asyncEvents, bit);
    }

    /** Advanced command retry: kept, and without effect while no CRDT is reported. */
    public int acre() {
        return acre;
    }

    public void acre(int value) {
        acre = value;
    }

    /** Whether writes may be answered before they are stable (VWC.WCE). */
    public boolean writeCache() {
        return writeCache;
    }

    public void writeCache(boolean on) {
        writeCache = on;
    }

    /** The host asked for this many I/O queues. */
    public void requestIoQueues(int count) {
        requestedIoQueues = count;
    }

    /** I/O queues that the host may have: what it asked for, up to {@code most}; {@code most} if it never asked. */
    public int grantedIoQueues(int most) {
        return requestedIoQueues == 0 ? most : Math.min(requestedIoQueues, most);
    }
}
