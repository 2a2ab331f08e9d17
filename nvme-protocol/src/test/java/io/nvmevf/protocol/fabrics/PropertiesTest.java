package io.nvmevf.protocol.fabrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PropertiesTest {
    @Test
    void capIsBuiltFieldByField() {
        Cap cap = new Cap(0)
                .mqes(1023)
                .cqr(true)
                .to(15)
                .css(Cap.CSS_NVM | Cap.CSS_CSI)
                .crims(true);
        assertThat(cap.value()).isEqualTo(0x1000_0820_0F01_03FFL);
        assertThat(cap.mqes()).isEqualTo(1023);
        assertThat(cap.to()).isEqualTo(15);
        assertThat(cap.css()).isEqualTo(0x41);
        assertThat(cap.crwms()).isFalse();
        assertThat(cap.crims(false).mqes(127).value()).isEqualTo(0x0000_0820_0F01_007FL);
        assertThatThrownBy(() -> cap.mqes(0x10000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cap.dstrd(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyFieldOfCapHasItsOwnBits() {
        assertThat(new Cap(0).ams(3).value()).isEqualTo(3L << 17);
        assertThat(new Cap(0).dstrd(15).value()).isEqualTo(15L << 32);
        assertThat(new Cap(0).nssrs(true).value()).isEqualTo(1L << 36);
        assertThat(new Cap(0).bps(true).value()).isEqualTo(1L << 45);
        assertThat(new Cap(0).cps(3).value()).isEqualTo(3L << 46);
        assertThat(new Cap(0).mpsmin(15).value()).isEqualTo(15L << 48);
        assertThat(new Cap(0).mpsmax(15).value()).isEqualTo(15L << 52);
        assertThat(new Cap(0).pmrs(true).value()).isEqualTo(1L << 56);
        assertThat(new Cap(0).cmbs(true).value()).isEqualTo(1L << 57);
        assertThat(new Cap(0).nsss(true).value()).isEqualTo(1L << 58);
        assertThat(new Cap(0).crwms(true).value()).isEqualTo(1L << 59);
        assertThat(new Cap(0).nsses(true).value()).isEqualTo(1L << 61);
        assertThat(new Cap(-1).mpsmax()).isEqualTo(15);
        assertThat(new Cap(-1).mqes(0).value()).isEqualTo(0xFFFF_FFFF_FFFF_0000L);
    }

    @Test
    void ccOfLinuxIsUnderstood() {
        Cc cc = new Cc(0x0046_0001);
        assertThat(cc.en()).isTrue();
        assertThat(cc.iosqes()).isEqualTo(6);
        assertThat(cc.iocqes()).isEqualTo(4);
        assertThat(cc.mps()).isZero();
        assertThat(cc.css()).isEqualTo(Cc.CSS_NVM);
        assertThat(cc.shn()).isEqualTo(Cc.SHN_NONE);
        assertThat(cc.crime()).isFalse();
        assertThat(new Cc(0x0046_4060).shn()).isEqualTo(Cc.SHN_NORMAL);
        assertThat(new Cc(0x0046_4060).css()).isEqualTo(Cc.CSS_ALL);
        assertThat(new Cc(0).mps(15).ams(7).crime(true).value()).isEqualTo(0x0100_3F80);
    }

    @Test
    void cstsAndCrtoAreBuiltFieldByField() {
        assertThat(new Csts(0).rdy(true).value()).isEqualTo(1);
        assertThat(new Csts(1).rdy(false).shst(Csts.SHST_COMPLETE).value()).isEqualTo(8);
        assertThat(new Csts(0).cfs(true).nssro(true).pp(true).st(true).value()).isEqualTo(0x72);
        assertThat(new Csts(0x0D).shst()).isEqualTo(3);
        assertThat(new Crto(0).crwmt(0x1E).crimt(0xFFFF).value()).isEqualTo(0xFFFF_001E);
        assertThat(new Crto(0xFFFF_001E).crimt()).isEqualTo(0xFFFF);
    }

    @Test
    void onlyCapIsEightBytes() {
        assertThat(Properties.size(0x00)).isEqualTo(8);
        assertThat(Properties.size(0x14)).isEqualTo(4);
        assertThat(Properties.size(0x04)).isZero();
        assertThat(Properties.name(0x1C)).isEqualTo("CSTS");
        assertThat(Properties.name(0x1000)).isEqualTo("1000h");
        assertThat(Properties.NSSR_RESET).isEqualTo(('N' << 24) | ('V' << 16) | ('M' << 8) | 'e');
    }
}
