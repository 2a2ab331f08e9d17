package io.nvmevf.server.control;

import io.nvmevf.server.audit.AuditLog;
import io.nvmevf.storage.StoragePool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.TreeSet;

/** A service over parts of the test's, with an audit log of its own, at a time that stands still. */
public final class TestService implements AutoCloseable {
    public static final PhysicalFunction PF =
            new PhysicalFunction("nqn.2026-01.io.nvmevf:test:pf", new TreeSet<>(), 1024, 1024 * 65, 2);
    public static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

    private final AuditLog audit;
    private final TargetService service;

    private TestService(AuditLog audit, TargetService service) {
        this.audit = audit;
        this.service = service;
    }

    public static TestService start(
            Path directory, StateFile file, PhysicalFunction pf, StoragePool pool, DataPlane plane, Eraser eraser)
            throws ControlException, IOException {
        AuditLog audit = AuditLog.open(directory, CLOCK);
        try {
            return new TestService(
                    audit, TargetService.start(file, new TargetService.Parts(pf, pool, plane, eraser, audit, CLOCK)));
        } catch (ControlException | RuntimeException e) {
            audit.close();
            throw e;
        }
    }

    public TargetService service() {
        return service;
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
