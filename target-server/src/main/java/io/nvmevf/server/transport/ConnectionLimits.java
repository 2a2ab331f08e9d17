package io.nvmevf.server.transport;

import java.time.Duration;

/**
 * How many connections there may be, and how fast they may come. An address is an IPv4 address, or the first 64 bits of an IPv6
 * address: a host has all that follow.
 *
 * <p>The defaults let through what Linux does at its most: a controller is 65 connections (admin queue and 64 I/O queues), opened within
 * milliseconds. The burst of one address is 17 such controllers at once; what comes faster waits up to the delay, in which the rate brings
 * another 30. That is what one address may hold, so hosts behind one NAT address all get in when the target has restarted.
 *
 * @param most connections of all kinds, from 1
 * @param mostPending connections that are not connected (TLS, ICReq, Connect or authentication is yet to come), from 1
 * @param mostPerAddress connections from one address, from 1
 * @param mostPerHost connected connections of one host NQN, from 1
 * @param mostPerHostAndSubsystem those of one host NQN at one subsystem, from 1
 * @param accepts new connections from everywhere; what comes faster waits in the kernel
 * @param connections new connections from one address
 * @param connects Connect commands of one host NQN at one subsystem
 * @param mostDelay how long a new connection, or a Connect, may have to wait before it is taken up
 * @param authentications authentications of one host NQN from one address at one subsystem that were not completed
 */
public record ConnectionLimits(
        int most,
        int mostPending,
        int mostPerAddress,
        int mostPerHost,
        int mostPerHostAndSubsystem,
        Rate accepts,
        Rate connections,
        Rate connects,
        Duration mostDelay,
        Rate authentications) {

    /**
     * How often something may happen.
     *
     * @param atOnce after idleness, from 1
     * @param interval and then one in each of these
     */
    public record Rate(int atOnce, Duration interval) {
        /** So many a second, after so many at once. */
        public static Rate perSecond(int rate, int atOnce) {
            return new Rate(atOnce, Duration.ofNanos(1_000_000_000L / rate));
        }
    }

    /** New connections from everywhere, a second, after as many at once as may be open. */
    public static final int ACCEPT_RATE = 250;
    /** 16 controllers of a Linux host: as many as it has paths to a virtual function, and more. */
    public static final int PER_HOST_AND_SUBSYSTEM = 16 * 65;
    /** New connections from one address, a second. */
    public static final int CONNECTION_RATE = 1000;
    /** New connections from one address at once. */
    public static final int CONNECTION_BURST = 17 * 65;
    /**
     * Connect commands of one host NQN at one subsystem, a second: more than a host with 64 I/O queues needs (6.5) that tries again every
     * 10 s, as Linux does. A Connect takes about 100 µs of its event loop, which the others on it wait for.
     */
    public static final int CONNECT_RATE = 10;
    /** Connect commands of one host NQN at one subsystem at once. */
    public static final int CONNECT_BURST = 16 * 65;
    /** As long as a host waits for an ICResp (Linux: 10 s) there is time for much more than this. */
    public static final Duration MOST_DELAY = Duration.ofSeconds(2);
    /** Authentications of one host from one address at one subsystem that are not completed, at once. */
    public static final int AUTHENTICATION_BURST = 32;
    /** One more authentication that is not completed in each of these. */
    public static final Duration AUTHENTICATION_INTERVAL = Duration.ofSeconds(5);

    /** The usual limits where {@code most} connections may be open. */
    public static ConnectionLimits of(int most) {
        int some = mostOfOne(most);
        return new ConnectionLimits(
                most,
                some,
                some,
                some,
                Math.min(most, PER_HOST_AND_SUBSYSTEM),
                Rate.perSecond(ACCEPT_RATE, most),
                Rate.perSecond(CONNECTION_RATE, CONNECTION_BURST),
                Rate.perSecond(CONNECT_RATE, CONNECT_BURST),
                MOST_DELAY,
                new Rate(AUTHENTICATION_BURST, AUTHENTICATION_INTERVAL));
    }

    /** What one address, one host, or all that is not connected yet, may have: a quarter is always left for others. */
    public static int mostOfOne(int most) {
        return Math.max(1, most - most / 4);
    }
}
