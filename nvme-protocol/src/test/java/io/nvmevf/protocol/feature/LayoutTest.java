package io.nvmevf.protocol.feature;

import io.nvmevf.protocol.LayoutTable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Where each field stands, written down from NVMe Base 2.1 §5.1.25 and not from the code. */
class LayoutTest {
    private static final String TABLE = """
            HostBehaviorSupport 512
              acre 0 1
              etdas 1 1
              lbafee 2 1
              hdisns 3 1
              cdfe 4 2
            """;

    @TestFactory
    Stream<DynamicTest> everyFieldIsWhereTheSpecificationPutsIt() {
        return LayoutTable.tests("io.nvmevf.protocol.feature", TABLE);
    }
}
