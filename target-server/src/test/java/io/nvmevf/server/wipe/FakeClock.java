package io.nvmevf.server.wipe;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only while somebody waits for it. */
class FakeClock implements WipeClock {
    private final AtomicLong now = new AtomicLong();

    @Override
    public long nanos() {
        return now.get();
    }

    @Override
    public long millis() {
        return now.get() / 1_000_000;
    }

    @Override
    public boolean pause(long nanos, CountDownLatch stop) throws InterruptedException {
        now.addAndGet(nanos);
        return stop.getCount() == 0;
    }
}
