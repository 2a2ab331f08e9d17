package io.nvmevf.server.metrics;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that the data plane counts. Called by any thread at any time; nothing here locks, blocks or waits, and a
 * number may be some microseconds old.
 */
public interface DataPlaneStats {

    /** What a command does. */
    enum Operation {
        /** Read. */
        READ,
        /** Write. */
        WRITE,
        /** All other I/O commands: no data of the host's is stored or fetched. */
        OTHER
    }

    /** What a command waited for. */
    enum Throttle {
        /** A limit of commands of its virtual function. */
        IOPS,
        /** A limit of bytes of its virtual function. */
        BYTES,
        /** A limit of commands of its tenant. */
        TENANT_IOPS,
        /** A limit of bytes of its tenant. */
        TENANT_BYTES,
        /** Its share of the physical function. */
        PF
    }

    /** What a connection is for. */
    enum ConnectionClass {
        /** No Connect command came yet, or its host has not authenticated yet. */
        PENDING,
        /** Admin queue of a discovery controller. */
        DISCOVERY,
        /** Admin queue of a virtual function's controller. */
        ADMIN,
        /** I/O queue. */
        IO
    }

    /** Why a connection or a Connect command was refused or ended by the target. */
    enum Refusal {
        /** {@code max-connections} are open. */
        TOO_MANY_CONNECTIONS,
        /** Too many connections from one address are open. */
        TOO_MANY_FROM_ADDRESS,
        /** Too many connections are not connected yet: a new one, or the oldest of who has most of them, had to go. */
        TOO_MANY_PENDING,
        /** One host has too many connections, at one subsystem or in all. */
        TOO_MANY_OF_HOST,
        /** New connections from one address came too fast, even after a delay. */
        TOO_FAST,
        /** Connect commands of one host at one subsystem came too fast, even after a delay. */
        CONNECT_TOO_FAST,
        /** Too many commands came before the host was connected, or had authenticated. */
        TOO_MANY_COMMANDS,
        /** No ICReq came in time. */
        ICREQ_TIMEOUT,
        /** No Connect came in time. */
        CONNECT_TIMEOUT,
        /** No keep alive came in time. */
        KEEP_ALIVE_TIMEOUT,
        /** A PDU that is not allowed: answered by a TermReq. */
        PROTOCOL_ERROR,
        /** A header digest that does not match: answered by a TermReq. */
        HEADER_DIGEST,
        /** There is no subsystem of this NQN. */
        UNKNOWN_SUBSYSTEM,
        /** The host may not connect to this subsystem. */
        HOST_NOT_ALLOWED,
        /** The host has no key, and the virtual function requires authentication. */
        AUTHENTICATION_REQUIRED,
        /** The host has not proved who it is, or does not take the target for what it is. */
        AUTHENTICATION_FAILED,
        /** The host has not authenticated in time. */
        AUTHENTICATION_TIMEOUT,
        /** The host has not completed too many authentications of late. */
        AUTHENTICATION_TOO_OFTEN,
        /** Too many hosts of one virtual function authenticate at once: an Authentication Send is to be sent again. */
        AUTHENTICATION_BUSY,
        /** A TLS handshake that did not succeed: the host proved to know no PSK that is valid, or offered nothing that is taken. */
        TLS_HANDSHAKE,
        /** A TLS record that was changed on its way, or that is not allowed: answered by an alert. */
        TLS_RECORD,
        /** A Connect without TLS where TLS is required. */
        TLS_REQUIRED,
        /** A Connect with other names than the PSK of its TLS connection is for, or whose PSK is no longer valid. */
        TLS_IDENTITY,
        /**
         * An authentication that asks for a PSK for TLS where none is to be had, or for none where TLS is required; or a command
         * without TLS of a host that has agreed to come back with TLS.
         */
        SECURE_CHANNEL,
        /** The virtual function is not online. */
        OFFLINE,
        /** A live controller knows this host NQN with another host identifier. */
        HOST_ID_MISMATCH,
        /** The host has a controller, and the virtual function takes no second one, or has replaced the first. */
        DUPLICATE_HOST,
        /** A Connect command that is wrong in another way. */
        CONNECT_INVALID,
        /** A PDU that began, or data that was asked for, made no progress in time. */
        PDU_TIMEOUT,
        /** The host ended the connection by an H2CTermReq. */
        HOST_TERMINATED,
        /** A fault of the target's own. */
        INTERNAL_ERROR
    }

    /** What was taken up late, so that others do not notice it. */
    enum Delay {
        /** Whatever connection comes next: many came from everywhere. */
        ACCEPT,
        /** A new connection: many came from its address. */
        CONNECTION,
        /** A Connect command: many came of its host. */
        CONNECT,
        /** The answer to a failed authentication. */
        FAILED_AUTHENTICATION
    }

    /** Counters of one virtual function. They only grow; the object is the same for the life of the virtual function. */
    interface VfStats {
        /** NQNs of the hosts that have a controller now. */
        Set<String> hosts();

        /** Commands that were completed, with or without success. */
        long commands(Operation operation);

        /** Data bytes of commands that succeeded; 0 for {@link Operation#OTHER}. */
        long bytes(Operation operation);

        /** Commands that were completed with a status other than success. */
        long errors(Operation operation);

        /** Seconds in which demand was above what {@code limit} allows. */
        double throttledSeconds(Throttle limit);

        /** Commands that waited for so long that they went on without being charged. */
        long overdue();

        /** I/O commands that wait because of a limit now. */
        long waiting();

        /** Connected queues of the kind now: {@link ConnectionClass#ADMIN} or {@link ConnectionClass#IO}. */
        long queues(ConnectionClass kind);

        /** How long reads or writes took; of {@link Operation#OTHER} no time is taken. */
        Latency latency(Operation operation);
    }

    /**
     * How long commands took, since the start.
     *
     * @param commands how many
     * @param nanos what they took together
     * @param buckets those that are not empty, the fastest first
     */
    record Latency(long commands, long nanos, List<Bucket> buckets) {
        /** No command yet. */
        public static final Latency NONE = new Latency(0, 0, List.of());
    }

    /**
     * Commands that took about equally long.
     *
     * @param from microseconds that each took at least
     * @param to microseconds that each took less than; {@link Long#MAX_VALUE} if there is no such bound
     * @param commands how many
     */
    record Bucket(long from, long to, long commands) {}

    /** The counters of the virtual function of this name; null if it is not published. */
    @Nullable
    VfStats vf(String name);

    /** Connections that are open now. */
    long connections(ConnectionClass kind);

    /** Refusals since the start. */
    long refusals(Refusal reason);

    /** What was delayed since the start. */
    long delays(Delay what);

    /** Commands whose data came with a wrong data digest; they were answered Transient Transport Error. */
    long dataDigestErrors();

    /** Log lines that hosts caused and that were left out, because there were too many in a second. */
    long logLinesLeftOut();

    /** Bytes of receive and data buffers in use. */
    long buffersInUse();

    /** {@code io_uring}, {@code epoll} or {@code nio}. */
    String transport();

    /** Why it is that one, for people. */
    String transportReason();

    /** Threads that serve connections. */
    int eventLoops();

    /** How late this thread was at most in the last 15 to 30 s with what was due, in seconds. */
    double eventLoopLagSeconds(int loop);

    /** Ids of namespaces whose device could not be opened or has vanished; they answer Namespace Not Ready. */
    Set<String> notReady();
}
