package io.nvmevf.protocol.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AsyncEventTest {
    @Test
    void knownEventsAreTheDwordsThatHostsLookFor() {
        assertThat(AsyncEvent.NAMESPACE_ATTRIBUTE_CHANGED.dword()).isEqualTo(0x0004_0002);
        assertThat(AsyncEvent.DISCOVERY_LOG_CHANGED.dword()).isEqualTo(0x0070_F002);
        assertThat(AsyncEvent.ANA_CHANGED.dword()).isEqualTo(0x000C_0302);
        assertThat(AsyncEvent.SANITIZE_COMPLETED.dword()).isEqualTo(0x0081_0106);
        assertThat(AsyncEvent.SANITIZE_COMPLETED_UNEXPECTED_DEALLOCATION.dword())
                .isEqualTo(0x0081_0206);
        assertThat(AsyncEvent.RESERVATION_LOG_AVAILABLE.dword()).isEqualTo(0x0080_0006);
        assertThat(AsyncEvent.PERSISTENT_ERROR.dword()).isEqualTo(0x0001_0300);
        assertThat(AsyncEvent.SPARE.dword()).isEqualTo(0x0002_0201);
    }

    @Test
    void aDwordComesApartAndReservedBitsAreIgnored() {
        assertThat(AsyncEvent.of(0xFF70_F0FA)).isEqualTo(AsyncEvent.DISCOVERY_LOG_CHANGED);
        assertThat(AsyncEvent.of(0x0081_0106)).isEqualTo(AsyncEvent.SANITIZE_COMPLETED);
    }

    @Test
    void fieldsThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> new AsyncEvent(8, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AsyncEvent(0, 256, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AsyncEvent(0, 0, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
