package io.nvmevf.server.cli;

import io.nvmevf.server.Target;
import io.nvmevf.server.config.LogConfig;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.logging.Logging;
import io.nvmevf.server.transport.ThreadScheduling;
import io.nvmevf.storage.PoolException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import org.slf4j.event.Level;

/** A target that runs until a signal comes. */
final class RunningTarget implements AutoCloseable {
    private final Target target;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean signalled;

    private final Runnable afterwards;

    private RunningTarget(Target target, Runnable afterwards) {
        this.target = target;
        this.afterwards = afterwards;
    }

    /**
     * Starts it.
     *
     * @param log what its log is like
     * @param afterwards runs when it has stopped, before the process ends
     */
    static RunningTarget start(TargetConfig config, LogConfig log, Runnable afterwards) throws CliException {
        Logging.start(
                Logging.Format.valueOf(log.format().name()),
                Level.valueOf(log.level().name()));
        ThreadScheduling.backgroundYields();
        Target target;
        try {
            target = Target.start(config);
        } catch (ControlException | IOException | PoolException | IllegalStateException e) {
            // (Before what is said of it.)
            Logging.stop();
            throw new CliException(ExitCode.FAILURE, "the target could not start: " + e.getMessage(), e);
        }
        RunningTarget running = new RunningTarget(target, afterwards);
        Runtime.getRuntime().addShutdownHook(new Thread(running::onSignal, "nvmevf-stop"));
        return running;
    }

    Target target() {
        return target;
    }

    /** Returns when the process was told to end. */
    void awaitStop() {
        try {
            stop.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The process ends when this returns, so it waits for the clean-up; and with 0, for a stop that was asked for. */
    private void onSignal() {
        if (stopped.getCount() == 0) {
            return;
        }
        signalled = true;
        stop.countDown();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        Runtime.getRuntime().halt(ExitCode.OK);
    }

    @Override
    public void close() {
        try {
            target.close();
            afterwards.run();
        } finally {
            Logging.stop();
            if (signalled) {
                System.out.println("nvmevf has stopped");
                System.out.flush();
            }
            stopped.countDown();
        }
    }

    static String apiUrl(Target target) {
        return (target.isApiTls() ? "https://" : "http://") + shown(target.apiAddress());
    }

    static String shown(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
