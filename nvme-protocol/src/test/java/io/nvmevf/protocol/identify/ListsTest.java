package io.nvmevf.protocol.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ListsTest {
    private final ByteBuf page = Unpooled.buffer(4096, 4096);

    @Test
    void aNamespaceListHoldsWhatIsAboveTheGivenOneInOrder() {
        page.setBytes(0, new byte[4096]).setIntLE(4092, 99);
        NamespaceList list = new NamespaceList(page);
        assertThat(list.fill(2, LongStream.of(9, 3, 2, 1, 3, 0xFFFF_FFFEL))).isEqualTo(3);
        assertThat(list.nsids()).containsExactly(3L, 9L, 0xFFFF_FFFEL);
        assertThat(list.count()).isEqualTo(3);
        assertThat(list.nsid(1023)).isZero();
        assertThat(list.fill(0xFFFF_FFFEL, LongStream.of(1))).isZero();
        assertThat(list.count()).isZero();
    }

    @Test
    void aNamespaceListStopsAt1024AndTheNextOneGoesOn() {
        NamespaceList list = new NamespaceList(page);
        assertThat(list.fill(0, LongStream.rangeClosed(1, 1030))).isEqualTo(1024);
        assertThat(list.nsids())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 1024).boxed().toList());
        assertThat(list.fill(list.nsid(1023), LongStream.rangeClosed(1, 1030))).isEqualTo(6);
        assertThat(list.nsid(0)).isEqualTo(1025);
    }

    @Test
    void aControllerListBeginsWithTheGivenOne() {
        ControllerList list = new ControllerList(page);
        assertThat(list.fill(5, IntStream.of(7, 5, 4, 0xFFEF))).isEqualTo(3);
        assertThat(list.numcids()).isEqualTo(3);
        assertThat(list.cntlids()).containsExactly(5, 7, 0xFFEF);
        assertThat(list.isValid()).isTrue();
        assertThat(list.fill(0, IntStream.range(0, 3000))).isEqualTo(2047);
        assertThat(list.cntlid(2046)).isEqualTo(2046);
        assertThat(list.isValid()).isTrue();
    }

    @Test
    void aControllerListOfAHostThatDoesNotAscendOrIsTooLongIsInvalid() {
        ControllerList list = new ControllerList(page).numcids(2).cntlid(0, 3).cntlid(1, 3);
        assertThat(list.isValid()).isFalse();
        assertThat(list.cntlid(1, 4).isValid()).isTrue();
        list.numcids(2048);
        assertThat(list.isValid()).isFalse();
        assertThat(list.cntlids().count()).isEqualTo(2047);
        assertThatThrownBy(() -> list.cntlid(2047)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aSecondaryControllerListPagesBy127() {
        SecondaryControllerList list = new SecondaryControllerList(page);
        page.setIntLE(4092, 99);
        assertThat(list.fill(0, secondaries(130))).isEqualTo(127);
        assertThat(list.numid()).isEqualTo(127);
        assertThat(list.scid(126)).isEqualTo(127);
        assertThat(list.fill(list.scid(126) + 1, secondaries(130))).isEqualTo(3);
        assertThat(IntStream.range(0, list.numid()).map(list::scid)).containsExactly(128, 129, 130);
        assertThat(list.nvq(0)).isEqualTo(9);
        assertThat(list.scs(2)).isEqualTo(SecondaryControllerList.SCS_ONLINE);
        assertThat(list.scid(3)).isZero();
        assertThat(page.getIntLE(4092)).isZero();
        assertThat(list.fill(131, secondaries(130))).isZero();
        assertThatThrownBy(() -> list.scid(127)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static Stream<SecondaryControllerList.Entry> secondaries(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(n -> new SecondaryControllerList.Entry(n, 0xF000, n % 2 == 0 ? 1 : 0, n, 9, 0));
    }

    @Test
    void theFormatOfANewNamespaceIsInTwoPiecesOfFlbas() {
        NamespaceCreate create = new NamespaceCreate(page).flbas(0x61);
        assertThat(create.formatIndex()).isEqualTo(0x31);
        assertThat(create.flbas(0x10).formatIndex()).isZero();
        assertThat(create.nsze(-1).toString()).contains("nsze=18446744073709551615");
    }
}
