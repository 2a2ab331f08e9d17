package io.nvmevf.protocol.log;

import io.nvmevf.protocol.LayoutTable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Where each field stands, written down from NVMe Base 2.1 §5.1.12 and not from the code. */
class LayoutTest {
    private static final String TABLE = """
            SupportedLogPages 1024
              lids[0] 0 4
              lids[255] 1020 4
            ErrorInformation 64
              ecnt 0 8
              sqid 8 2
              cid 10 2
              sts 12 2
              pel 14 2
              lba 16 8
              nsid 24 4
              vsia 28 1
              trtype 29 1
              csi 30 1
              opc 31 1
              csinfo 32 8
              ttsi 40 2
              lpver 63 1
            SmartHealth 512
              cw 0 1
              ctemp 1 2
              avsp 3 1
              avspt 4 1
              pused 5 1
              egcws 6 1
              dur 32 16
              duw 48 16
              hrc 64 16
              hwc 80 16
              cbt 96 16
              pwrc 112 16
              poh 128 16
              upl 144 16
              mdie 160 16
              neile 176 16
              wctt 192 4
              cctt 196 4
              tsen[0] 200 2
              tsen[7] 214 2
              tmt1tc 216 4
              tmt2tc 220 4
              tttmt1 224 4
              tttmt2 228 4
            FirmwareSlot 512
              afi 0 1
              frs[0] 8 8
              frs[6] 56 8
            ChangedNamespaces 4096
              nsid[0] 0 4
              nsid[1023] 4092 4
            CommandEffects 4096
              acs[0] 0 4
              acs[255] 1020 4
              iocs[0] 1024 4
              iocs[255] 2044 4
            FeatureEffects 1024
              fis[0] 0 4
              fis[255] 1020 4
            MiCommandEffects 4096
              mcs[0] 0 4
              mcs[255] 1020 4
            SanitizeStatus 512
              sprog 0 2
              sstat 2 2
              scdw10 4 4
              eto 8 4
              etbe 12 4
              etce 16 4
              etond 20 4
              etbend 24 4
              etcend 28 4
              etpvds 32 4
              ssi 36 1
            DiscoveryLog 1024
              genctr 0 8
              numrec 8 8
              recfmt 16 2
            DiscoveryLogEntry 1024
              trtype 0 1
              adrfam 1 1
              subtype 2 1
              treq 3 1
              portid 4 2
              cntlid 6 2
              asqsz 8 2
              eflags 10 2
              trsvcid 32 32
              subnqn 256 256
              traddr 512 256
              sectype 768 1
            """;

    @TestFactory
    Stream<DynamicTest> everyFieldIsWhereTheSpecificationPutsIt() {
        return LayoutTable.tests("io.nvmevf.protocol.log", TABLE);
    }
}
