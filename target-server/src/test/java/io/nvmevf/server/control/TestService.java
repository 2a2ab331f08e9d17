package io.nvmevf.server.control;

import io.nvmevf.server.audit.AuditLog;
import io.nvmevf.storage.StoragePool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A service over parts of the test's, with an audit log of its own, at a time that stands still. */
public final class TestService implements AutoCloseable {
    public static final PhysicalFunction PF =
            new PhysicalFunction("nqn.2026-01.io.nvmevf:test:pf", Access.NOBODY, 1024, 1024 * 65, 2, 1 << 20);
    public static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

    private final AuditLog audit;
    private final List<Runnable> later;
    private final TargetService service;

    private TestService(AuditLog audit, List<Runnable> later, TargetService service) {
        this.audit = audit;
        this.later = later;
        this.service = service;
    }

    public static TestService start(
            Path directory, StateFile file, PhysicalFunction pf, StoragePool pool, DataPlane plane, Eraser eraser)
            throws ControlException, IOException {
        AuditLog audit = AuditLog.open(directory, CLOCK);
        List<Runnable> later = new ArrayList<>();
        try {
            return new TestService(
                    audit,
                    later,
                    TargetService.start(
                            file, new TargetService.Parts(pf, pool, plane, eraser, audit, CLOCK, later::add)));
        } catch (ControlException | RuntimeException e) {
            audit.close();
            throw e;
        }
    }

    public TargetService service() {
        return service;
    }

    /** What was put off is done now. */
    public void doWhatWasPutOff() {
        List<Runnable> due = List.copyOf(later);
        later.clear();
        due.forEach(Runnable::run);
    }

    public AuditLog audit() {
        return audit;
    }

    @Override
    public void close() throws IOException {
        service.close();
        audit.close();
    }
}
