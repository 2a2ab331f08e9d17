package io.nvmevf.server.host;

import org.jspecify.annotations.Nullable;

/**
 * How a test host talks on one connection.
 *
 * @param hdgst header digests
 * @param ddgst data digests
 * @param hpda alignment of data that the target sends: multiples of (hpda + 1) × 4 bytes
 * @param sqFlowControl false: Connect turns SQ flow control off, and the target may use the SUCCESS flag
 * @param inCapsule whether data goes into the capsule where it fits
 * @param piece the most data bytes of one H2CData, within MAXH2CDATA
 * @param tls how it protects the connection; null: not at all
 */
public record HostOptions(
        boolean hdgst,
        boolean ddgst,
        int hpda,
        boolean sqFlowControl,
        boolean inCapsule,
        int piece,
        @Nullable HostTls tls) {

    public static final HostOptions DEFAULT = new HostOptions(false, false, 0, true, true, Integer.MAX_VALUE, null);

    public HostOptions digests(boolean header, boolean data) {
        return new HostOptions(header, data, hpda, sqFlowControl, inCapsule, piece, tls);
    }

    public HostOptions alignment(int newHpda) {
        return new HostOptions(hdgst, ddgst, newHpda, sqFlowControl, inCapsule, piece, tls);
    }

    public HostOptions withoutSqFlowControl() {
        return new HostOptions(hdgst, ddgst, hpda, false, inCapsule, piece, tls);
    }

    /** All data of I/O commands is asked for with R2T. */
    public HostOptions withoutInCapsule() {
        return new HostOptions(hdgst, ddgst, hpda, sqFlowControl, false, piece, tls);
    }

    public HostOptions pieces(int bytes) {
        return new HostOptions(hdgst, ddgst, hpda, sqFlowControl, inCapsule, bytes, tls);
    }

    /** Protected by TLS. */
    public HostOptions tls(HostTls how) {
        return new HostOptions(hdgst, ddgst, hpda, sqFlowControl, inCapsule, piece, how);
    }

    /** DGST of the ICReq. */
    int dgst() {
        return (hdgst ? 1 : 0) | (ddgst ? 2 : 0);
    }
}
