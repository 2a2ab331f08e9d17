package io.nvmevf.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LogPagesTest {
    private final ByteBuf page = Unpooled.buffer(4096, 4096);

    @Test
    void changedNamespacesAreListedInOrderUpTo1024() {
        ChangedNamespaces log = new ChangedNamespaces(page);
        assertThat(log.fill(LongStream.of(8, 2, 8)).nsids()).containsExactly(2L, 8L);
        assertThat(log.fill(LongStream.rangeClosed(1, 1024)).overflowed()).isFalse();
        assertThat(log.nsid(1023)).isEqualTo(1024);
        assertThat(log.fill(LongStream.empty()).nsids()).isEmpty();
    }

    @Test
    void moreThan1024ChangedNamespacesAreToldByOneEntryOfAllOnes() {
        ChangedNamespaces log = new ChangedNamespaces(page);
        assertThat(log.fill(LongStream.rangeClosed(1, 1025)).overflowed()).isTrue();
        assertThat(page.getIntLE(0)).isEqualTo(-1);
        assertThat(log.nsids()).containsExactly(0xFFFF_FFFFL);
    }

    @Test
    void discoveryEntriesFollowTheHeader() {
        assertThat(DiscoveryLog.size(0)).isEqualTo(1024);
        assertThat(DiscoveryLog.size(3)).isEqualTo(4096);
        DiscoveryLog log = new DiscoveryLog(page).genctr(7).numrec(3);
        log.entry(2)
                .trtype(DiscoveryLogEntry.TRTYPE_TCP)
                .adrfam(DiscoveryLogEntry.ADRFAM_IPV4)
                .cntlid(DiscoveryLogEntry.CNTLID_DYNAMIC)
                .trsvcid("4420")
                .traddr("10.0.2.2")
                .subnqn("nqn.2014-08.org.nvmexpress.discovery");
        int at = 1024 + 2 * 1024;
        assertThat(page.getByte(at)).isEqualTo((byte) 3);
        assertThat(page.getUnsignedShortLE(at + 6)).isEqualTo(0xFFFF);
        assertThat(page.toString(at + 32, 5, StandardCharsets.US_ASCII)).isEqualTo("4420 ");
        assertThat(page.toString(at + 512, 9, StandardCharsets.US_ASCII)).isEqualTo("10.0.2.2 ");
        assertThat(page.getByte(at + 256 + 36)).isZero();
        assertThat(log.entry(2).trsvcid()).isEqualTo("4420");
        assertThat(log.entry(2).traddr()).isEqualTo("10.0.2.2");
    }

    @Test
    void supportedLogPagesAreMarked() {
        SupportedLogPages log = new SupportedLogPages(page).support(LogPageId.DISCOVERY);
        assertThat(page.getIntLE(4 * 0x70)).isEqualTo(1);
        assertThat(log.lids(0)).isZero();
    }

    @Test
    void effectsHaveTheBitsThatLinuxReads() {
        new CommandEffects(page)
                .acs(0x0D, CommandEffects.CSUPP | CommandEffects.NIC)
                .iocs(0x01, CommandEffects.CSUPP | CommandEffects.LBCC | CommandEffects.CSE_SAME_NAMESPACE);
        assertThat(page.getIntLE(4 * 0x0D)).isEqualTo(0x00000009);
        assertThat(page.getIntLE(1024 + 4)).isEqualTo(0x00010003);
    }

    @Test
    void everyLogPageHasANameAndUnknownOnesToo() {
        assertThat(LogPageId.name(0x02)).isEqualTo("SMART / Health Information");
        assertThat(LogPageId.name(0x6F)).isEqualTo("Reserved 6Fh");
        assertThat(LogPageId.name(0xD0)).isEqualTo("Vendor Specific D0h");
        assertThat(LogPageId.name(-1)).isNotBlank();
    }
}
