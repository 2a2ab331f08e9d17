package io.nvmevf.server.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;

/**
 * How long an address has to wait for the answer to a token that is not valid: nothing for the first {@value #FREE} in ten minutes,
 * then longer with each. A valid token never waits: who shares an address with somebody who guesses is not shut out.
 *
 * <p>256 random bits are not guessed either way; this keeps the work and the log small. Addresses are forgotten ten minutes after
 * their last failure, and the longest unseen when there are too many. IPv6 addresses count by their /64, which one machine has all
 * of. Any thread.
 */
final class FailedTokens {
    static final int FREE = 5;
    static final Duration FORGET = Duration.ofMinutes(10);
    static final int MAX_ADDRESSES = 4096;

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final int MAX_COUNT = 1000;
    private static final int IPV6_PREFIX_BYTES = 8;

    private final Cache<InetAddress, Integer> failures;

    FailedTokens(Ticker time) {
        failures = Caffeine.newBuilder()
                .ticker(time)
                .expireAfterWrite(FORGET)
                .maximumSize(MAX_ADDRESSES)
                // (No thread of its own: what is to be done is done by the calls.)
                .executor(Runnable::run)
                .build();
    }

    /** Counts one, and tells how long its answer has to wait. */
    Duration failed(InetAddress address) {
        int count = failures.asMap().merge(network(address), 1, (old, one) -> Math.min(MAX_COUNT, old + one));
        if (count <= FREE) {
            return Duration.ZERO;
        }
        int doubled = Math.min(count - FREE - 1, 16);
        Duration wait = FIRST.multipliedBy(1L << doubled);
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }

    /** How many addresses are remembered. */
    long addresses() {
        failures.cleanUp();
        return failures.estimatedSize();
    }

    private static InetAddress network(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] bytes = address.getAddress();
        Arrays.fill(bytes, IPV6_PREFIX_BYTES, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
