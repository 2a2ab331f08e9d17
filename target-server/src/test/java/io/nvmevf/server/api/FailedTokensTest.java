package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailedTokensTest {
    private final AtomicLong time = new AtomicLong();
    private final FailedTokens failed = new FailedTokens(time::get);

    private static InetAddress address(int number) throws Exception {
        return InetAddress.getByAddress(new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
    }

    private Duration failures(InetAddress address, int count) {
        Duration last = Duration.ZERO;
        for (int i = 0; i < count; i++) {
            last = failed.failed(address);
        }
        return last;
    }

    @Test
    void theFirstFailuresCostNothingAndThenEachCostsMore() throws Exception {
        assertThat(failures(address(1), FailedTokens.FREE)).isZero();
        assertThat(failures(address(1), 1)).isEqualTo(Duration.ofMillis(100));
        assertThat(failures(address(1), 1)).isEqualTo(Duration.ofMillis(200));
        assertThat(failures(address(1), 100)).isEqualTo(Duration.ofSeconds(5));
        assertThat(failures(address(1), 2000)).isEqualTo(Duration.ofSeconds(5));
        assertThat(failures(address(2), 1)).isZero();
    }

    @Test
    void isForgottenAfterAWhileWithoutFailures() throws Exception {
        failures(address(1), 20);
        time.addAndGet(FailedTokens.FORGET.toNanos() - 1);
        assertThat(failures(address(1), 1)).isEqualTo(Duration.ofSeconds(5));
        time.addAndGet(FailedTokens.FORGET.toNanos());
        assertThat(failures(address(1), 1)).isZero();
    }

    @Test
    void countsAllOfAnIpv6NetworkAsOne() throws Exception {
        failures(InetAddress.getByName("2001:db8:1:2::1"), FailedTokens.FREE);
        assertThat(failures(InetAddress.getByName("2001:db8:1:2:3:4:5:6"), 1)).isPositive();
        assertThat(failures(InetAddress.getByName("2001:db8:1:3::1"), 1)).isZero();
    }

    @Test
    void remembersABoundedNumberOfAddresses() throws Exception {
        for (int i = 0; i < 3 * FailedTokens.MAX_ADDRESSES; i++) {
            failed.failed(address(i));
        }
        assertThat(failed.addresses()).isLessThanOrEqualTo(FailedTokens.MAX_ADDRESSES);
    }
}
