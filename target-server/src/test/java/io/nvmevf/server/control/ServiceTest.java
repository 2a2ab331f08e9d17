package io.nvmevf.server.control;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test of the service, over a pool and a data plane that are fakes. */
abstract class ServiceTest {
    @TempDir
    Path directory;

    final FakePool pool = new FakePool(1 << 20);
    FakeDataPlane plane = new FakeDataPlane(pool);
    TestService running;
    TargetService service;

    /** Also after {@link #stop}, for what a restart finds. */
    @BeforeEach
    void start() throws Exception {
        plane = new FakeDataPlane(pool);
        running = TestService.start(
                directory, StateFile.open(directory), TestService.PF, pool, plane, new FakeEraser(pool));
        service = running.service();
    }

    @AfterEach
    void stop() throws Exception {
        running.close();
    }
}
