package io.nvmevf.protocol.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FeatureCodecsTest {
    @Test
    void numberOfQueuesCountsFromOne() {
        assertThat(NumberOfQueues.of(0x0003_0001)).isEqualTo(new NumberOfQueues(2, 4));
        assertThat(new NumberOfQueues(64, 64).dword()).isEqualTo(0x003F_003F);
        assertThat(NumberOfQueues.of(-1)).isEqualTo(new NumberOfQueues(65536, 65536));
        assertThat(new NumberOfQueues(65536, 65536).dword()).isEqualTo(-1);
        assertThatThrownBy(() -> new NumberOfQueues(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NumberOfQueues(1, 65537)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void arbitrationWeightsCountFromOne() {
        assertThat(Arbitration.of(0xFF10_0107)).isEqualTo(new Arbitration(Arbitration.AB_NO_LIMIT, 2, 17, 256));
        assertThat(new Arbitration(3, 2, 17, 256).dword()).isEqualTo(0xFF10_0103);
        assertThatThrownBy(() -> new Arbitration(8, 1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fieldsOfTheOtherDwordsAreWhereTheyBelong() {
        assertThat(PowerManagement.of(0xFF)).isEqualTo(new PowerManagement(31, 7));
        assertThat(new PowerManagement(2, 1).dword()).isEqualTo(0x22);
        assertThat(TemperatureThreshold.of(0x0151_0157))
                .isEqualTo(new TemperatureThreshold(0x157, 1, TemperatureThreshold.THSEL_UNDER, 5));
        assertThat(new TemperatureThreshold(343, TemperatureThreshold.TMPSEL_ALL, 0, 0).dword())
                .isEqualTo(0x000F_0157);
        assertThat(ErrorRecovery.of(0x0001_0064)).isEqualTo(new ErrorRecovery(100, true));
        assertThat(new ErrorRecovery(100, true).dword()).isEqualTo(0x0001_0064);
        assertThat(VolatileWriteCache.of(1).wce()).isTrue();
        assertThat(new VolatileWriteCache(false).dword()).isZero();
        assertThat(SoftwareProgress.of(0x1FF).pbslc()).isEqualTo(255);
        assertThat(new ReservationNotificationMask(true, false, true).dword()).isEqualTo(0xA);
        assertThat(ReservationNotificationMask.of(4)).isEqualTo(new ReservationNotificationMask(false, true, false));
        assertThat(ReservationPersistence.of(1).dword()).isEqualTo(1);
    }

    @Test
    void reservedBitsAreIgnored() {
        assertThat(ErrorRecovery.of(0xFFFE_0000)).isEqualTo(new ErrorRecovery(0, false));
        assertThat(VolatileWriteCache.of(~1).wce()).isFalse();
        assertThat(PowerManagement.of(0xFFFF_FF00).dword()).isZero();
    }

    @Test
    void writeProtectionStatesAreBits2To0() {
        for (NamespaceWriteProtection state : NamespaceWriteProtection.values()) {
            assertThat(NamespaceWriteProtection.of(state.dword() | 0x10)).isEqualTo(state);
        }
        assertThat(NamespaceWriteProtection.UNTIL_POWER_CYCLE.dword()).isEqualTo(2);
        for (int reserved = 4; reserved < 8; reserved++) {
            int dword = reserved;
            assertThatThrownBy(() -> NamespaceWriteProtection.of(dword)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theBitsOfEventConfigurationAreThoseThatLinuxSets() {
        int linux = 0x8000_0900;
        assertThat(AsyncEventConfiguration.isEnabled(linux, AsyncEventConfiguration.NAMESPACE_ATTRIBUTE))
                .isTrue();
        assertThat(AsyncEventConfiguration.isEnabled(linux, AsyncEventConfiguration.ANA_CHANGE))
                .isTrue();
        assertThat(AsyncEventConfiguration.isEnabled(linux, AsyncEventConfiguration.DISCOVERY_CHANGE))
                .isTrue();
        assertThat(AsyncEventConfiguration.isEnabled(linux, AsyncEventConfiguration.FIRMWARE_ACTIVATION))
                .isFalse();
    }

    @Test
    void everyFeatureHasANameAndUnknownOnesToo() {
        assertThat(FeatureId.name(FeatureId.KEEP_ALIVE_TIMER)).isEqualTo("Keep Alive Timer");
        assertThat(FeatureId.name(0x00)).isEqualTo("Reserved 00h");
        assertThat(FeatureId.name(0xC0)).isEqualTo("Vendor Specific C0h");
    }
}
