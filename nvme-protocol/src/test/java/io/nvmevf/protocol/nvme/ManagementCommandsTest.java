package io.nvmevf.protocol.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.protocol.log.SanitizeStatus;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Dwords of the management commands, written down from NVMe Base 2.1 §5.1.10, §5.1.20 to §5.1.22 and §5.2.6. */
class ManagementCommandsTest {

    @Test
    void formatNvm() {
        assertThat(FormatNvm.of(0x0400)).isEqualTo(new FormatNvm(0, false, 0, false, FormatNvm.SES_CRYPTOGRAPHIC));
        assertThat(FormatNvm.of(0x0201)).isEqualTo(new FormatNvm(1, false, 0, false, FormatNvm.SES_USER_DATA));
        assertThat(FormatNvm.of(0xFFFFFFFF)).isEqualTo(new FormatNvm(0x3F, true, 7, true, 7));
        assertThat(new FormatNvm(0x31, true, 3, true, 0).dword()).isEqualTo(0x3171);
        assertThatThrownBy(() -> new FormatNvm(64, false, 0, false, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sanitizeHasSixteenPassesWhenTheFieldIsZero() {
        assertThat(Sanitize.of(0x2, 0))
                .isEqualTo(new Sanitize(Sanitize.BLOCK_ERASE, false, 16, false, false, false, 0));
        assertThat(Sanitize.of(0x13B, 0xDEADBEEF))
                .isEqualTo(new Sanitize(Sanitize.OVERWRITE, true, 3, true, false, false, 0xDEADBEEF));
        assertThat(Sanitize.of(0x604, 0).ndas()).isTrue();
        assertThat(Sanitize.of(0x604, 0).emvs()).isTrue();
        assertThat(new Sanitize(3, false, 16, false, false, false, 0).cdw10()).isEqualTo(3);
        assertThatThrownBy(() -> new Sanitize(3, false, 0, false, false, false, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void virtualizationManagement() {
        assertThat(VirtualizationManagement.of(0x00050108, 0x0003))
                .isEqualTo(new VirtualizationManagement(
                        VirtualizationManagement.ACT_SECONDARY_ASSIGN, VirtualizationManagement.RT_VI, 5, 3));
        assertThat(new VirtualizationManagement(9, 0, 0xEFFF, 0).cdw10()).isEqualTo(0xEFFF0009);
    }

    @Test
    void namespaceManagementAndAttachment() {
        assertThat(NamespaceManagement.of(1, 0x02000000)).isEqualTo(new NamespaceManagement(1, 2));
        assertThat(new NamespaceManagement(0, 2).cdw11()).isEqualTo(0x02000000);
        assertThat(NamespaceAttachment.of(0x11).sel()).isEqualTo(NamespaceAttachment.DETACH);
    }

    @Test
    void anyDwordCanBeParsedPrintedAndWrittenBack() {
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            int dword = random.nextInt();
            assertThat(FormatNvm.of(dword).dword()).isEqualTo(dword & 0x3FFF);
            assertThat(Sanitize.of(dword, i).cdw10()).isEqualTo(dword & 0x7FF);
            assertThat(VirtualizationManagement.of(dword, dword).cdw10()).isEqualTo(dword & 0xFFFF070F);
            assertThat(NamespaceManagement.of(dword, dword).cdw10()).isEqualTo(dword & 0xF);
            assertThat(NamespaceAttachment.of(dword).dword()).isEqualTo(dword & 0xF);
            assertThat(Sanitize.of(dword, i).toString()).isNotEmpty();
            assertThat(Sanitize.name(dword)).isNotEmpty();
            assertThat(VirtualizationManagement.name(dword)).isNotEmpty();
            assertThat(SanitizeStatus.name(dword)).isNotEmpty();
            assertThat(Status.describe(dword)).isNotEmpty();
            assertThat(AdminOpcode.name(dword)).isNotEmpty();
        }
        assertThat(AdminOpcode.name(0x8C)).isEqualTo("Sanitize Namespace");
        assertThat(Status.describe(0x11F)).startsWith("invalid controller identifier");
    }
}
