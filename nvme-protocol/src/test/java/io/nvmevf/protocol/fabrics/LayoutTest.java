package io.nvmevf.protocol.fabrics;

import io.nvmevf.protocol.LayoutTable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Where each field stands, written down from NVMe Base 2.1 §6.3 and not from the code. */
class LayoutTest {
    private static final String TABLE = """
            ConnectData 1024
              hostid 0 16
              cntlid 16 2
              subnqn 256 256
              hostnqn 512 256
            """;

    @TestFactory
    Stream<DynamicTest> everyFieldIsWhereTheSpecificationPutsIt() {
        return LayoutTable.tests("io.nvmevf.protocol.fabrics", TABLE);
    }
}
