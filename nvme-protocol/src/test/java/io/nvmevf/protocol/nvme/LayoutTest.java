package io.nvmevf.protocol.nvme;

import io.nvmevf.protocol.LayoutTable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Where each field stands, written down from NVM Command Set 1.1 §3.3 and not from the code. */
class LayoutTest {
    private static final String TABLE = """
            DsmRange 16
              cattr 0 4
              nlb 4 4
              slba 8 8
            CopyRange 32
              slba 8 8
              nlb 16 2 minus-one
              eilbrt 24 4
              elbat 28 2
              elbatm 30 2
            """;

    @TestFactory
    Stream<DynamicTest> everyFieldIsWhereTheSpecificationPutsIt() {
        return LayoutTable.tests("io.nvmevf.protocol.nvme", TABLE);
    }
}
