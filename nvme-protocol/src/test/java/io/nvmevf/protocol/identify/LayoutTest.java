package io.nvmevf.protocol.identify;

import io.nvmevf.protocol.LayoutTable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Where each field stands, written down from NVMe Base 2.1 §5.1.13 and NVM Command Set 1.1 §4.1.5 and not from the code. */
class LayoutTest {
    private static final String TABLE = """
            IdentifyController 4096
              vid 0 2
              ssvid 2 2
              sn 4 20
              mn 24 40
              fr 64 8
              rab 72 1
              ieee 73 3
              cmic 76 1
              mdts 77 1
              cntlid 78 2
              ver 80 4
              rtd3r 84 4
              rtd3e 88 4
              oaes 92 4
              ctratt 96 4
              rrls 100 2
              cntrltype 111 1
              fguid 112 16
              crdt1 128 2
              crdt2 130 2
              crdt3 132 2
              nvmsr 253 1
              vwci 254 1
              mec 255 1
              oacs 256 2
              acl 258 1
              aerl 259 1
              frmw 260 1
              lpa 261 1
              elpe 262 1
              npss 263 1
              avscc 264 1
              apsta 265 1
              wctemp 266 2
              cctemp 268 2
              mtfa 270 2
              hmpre 272 4
              hmmin 276 4
              tnvmcap 280 16
              unvmcap 296 16
              rpmbs 312 4
              edstt 316 2
              dsto 318 1
              fwug 319 1
              kas 320 2
              hctma 322 2
              mntmt 324 2
              mxtmt 326 2
              sanicap 328 4
              nsetidmax 338 2
              endgidmax 340 2
              anatt 342 1
              anacap 343 1
              anagrpmax 344 4
              nanagrpid 348 4
              pels 352 4
              domainid 356 2
              sqes 512 1
              cqes 513 1
              maxcmd 514 2
              nn 516 4
              oncs 520 2
              fuses 522 2
              fna 524 1
              vwc 525 1
              awun 526 2
              awupf 528 2
              icsvscc 530 1
              nwpc 531 1
              acwu 532 2
              cdfs 534 2
              sgls 536 4
              mnan 540 4
              maxdna 544 16
              maxcna 560 4
              subnqn 768 256
              ioccsz 1792 4
              iorcsz 1796 4
              icdoff 1800 2
              fcatt 1802 1
              msdbd 1803 1
              ofcs 1804 2
              dctype 1806 1
              mp 2048 2
              psdFlags 2051 1
              enlat 2052 4
              exlat 2056 4
            IdentifyNamespace 4096
              nsze 0 8
              ncap 8 8
              nuse 16 8
              nsfeat 24 1
              nlbaf 25 1
              flbas 26 1
              mc 27 1
              dpc 28 1
              dps 29 1
              nmic 30 1
              rescap 31 1
              fpi 32 1
              dlfeat 33 1
              nawun 34 2
              nawupf 36 2
              nacwu 38 2
              nabsn 40 2
              nabo 42 2
              nabspf 44 2
              noiob 46 2
              nvmcap 48 16
              npwg 64 2
              npwa 66 2
              npdg 68 2
              npda 70 2
              nows 72 2
              mssrl 74 2
              mcl 76 4
              msrc 80 1
              nulbaf 82 1
              anagrpid 92 4
              nsattr 99 1
              nvmsetid 100 2
              endgid 102 2
              nguid 104 16
              eui64 120 8 big-endian
              ms[0] 128 2
              lbads[0] 130 1
              rp[0] 131 1
              ms[63] 380 2
              lbads[63] 382 1
              rp[63] 383 1
            NvmIdentifyNamespace 4096
              lbstm 0 8
              pic 8 1
              pifa 9 1
              elbaf[0] 12 4
              elbaf[63] 264 4
              npdgl 268 4
              nprg 272 4
              npra 276 4
              nors 280 4
              npdal 284 4
              lbapss 288 4
              tlbaag 292 4
            NvmIdentifyController 4096
              vsl 0 1
              wzsl 1 1
              wusl 2 1
              dmrl 3 1
              dmrsl 4 4
              dmsl 8 8
              kpiocap 16 1
              wzdsl 17 1
              aocs 18 2
              ver 20 4
              lbamqf 24 1
            IndependentNamespace 4096
              nsfeat 0 1
              nmic 1 1
              rescap 2 1
              fpi 3 1
              anagrpid 4 4
              nsattr 8 1
              nvmsetid 10 2
              endgid 12 2
              nstat 14 1
              kpios 15 1
              maxkt 16 2
              rgrpid 20 4
            NamespaceList 4096
              nsid[0] 0 4
              nsid[1023] 4092 4
            ControllerList 4096
              numcids 0 2
              cntlid[0] 2 2
              cntlid[2046] 4094 2
            PrimaryControllerCapabilities 4096
              cntlid 0 2
              portid 2 2
              crt 4 1
              vqfrt 32 4
              vqrfa 36 4
              vqrfap 40 2
              vqprt 42 2
              vqfrsm 44 2
              vqgran 46 2
              vifrt 64 4
              virfa 68 4
              virfap 72 2
              viprt 74 2
              vifrsm 76 2
              vigran 78 2
            SecondaryControllerList 4096
              numid 0 1
              scid[0] 32 2
              pcid[0] 34 2
              scs[0] 36 1
              vfn[0] 40 2
              nvq[0] 42 2
              nvi[0] 44 2
              scid[126] 4064 2
              nvi[126] 4076 2
            NamespaceCreate 4096
              nsze 0 8
              ncap 8 8
              flbas 26 1
              dps 29 1
              nmic 30 1
              anagrpid 92 4
              nvmsetid 100 2
              endgid 102 2
              lbstm 384 8
              nphndls 392 2
            NamespaceGranularityList 4096
              nga 0 4
              nod 4 1
              nszeg[0] 32 8
              ncapg[0] 40 8
              nszeg[15] 272 8
              ncapg[15] 280 8
            UuidList 4096
              header[0] 32 1
              uuid[0] 48 16
              header[126] 4064 1
              uuid[126] 4080 16
            IoCommandSets 4096
              iocsc[0] 0 8
              iocsc[511] 4088 8
            """;

    @TestFactory
    Stream<DynamicTest> everyFieldIsWhereTheSpecificationPutsIt() {
        return LayoutTable.tests("io.nvmevf.protocol.identify", TABLE);
    }
}
