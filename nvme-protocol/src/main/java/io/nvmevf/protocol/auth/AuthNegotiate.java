package io.nvmevf.protocol.auth;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * AUTH_Negotiate, the host's first message: which protocols it offers, and whether a secure channel shall follow (NVMe
 * Base 2.1 §8.3.4.4.1; the descriptor of DH-HMAC-CHAP: §8.3.4.5.2).
 *
 * <pre>
 *   0 AUTH_TYPE 00h | 1 AUTH_ID 00h | 2..3 reserved | 4..5 T_ID | 6 SC_C | 7 NAPD | 8.. NAPD descriptors of 64 bytes
 *
 *   descriptor: 0 AuthID | 1 reserved | 2 HALEN | 3 DHLEN | 4..33 HashIDList | 34..63 DHgIDList
 * </pre>
 *
 * @param tid transaction identifier, 0 to FFFFh
 * @param scc secure channel concatenation, 0 to FFh: {@code SCC_} values; 1 is obsolete
 * @param protocols what the host offers, in its order; 1 to 255
 */
public record AuthNegotiate(int tid, int scc, List<Protocol> protocols) implements AuthMessage {
    public static final int ID = 0x00;
    public static final int SCC_OFFSET = 6;
    public static final int NAPD_OFFSET = 7;
    public static final int PROTOCOLS_OFFSET = 8;
    public static final int PROTOCOL_SIZE = 64;

    /** SC_C: no secure channel (NOSC). */
    public static final int SCC_NONE = 0;
    /** SC_C: a PSK for TLS connections to come (NEWTLSPSK); on an admin queue without TLS. */
    public static final int SCC_NEW_TLS_PSK = 2;
    /** SC_C: another PSK in the place of the one of this connection (REPLACETLSPSK); on an admin queue with TLS. */
    public static final int SCC_REPLACE_TLS_PSK = 3;

    /**
     * A protocol that the host offers. The lists hold identifiers as they were sent, also those that are not known
     * here; they are empty for a protocol other than DH-HMAC-CHAP, whose descriptor is not looked into.
     *
     * @param authid which protocol: {@link #DHCHAP}, or another one
     * @param hashids identifiers of hash functions, see {@link DhchapHash}; 1 to 30
     * @param dhgids identifiers of DH groups, see {@link DhGroup}; 1 to 30
     */
    public record Protocol(int authid, List<Integer> hashids, List<Integer> dhgids) {
        /** AuthID of DH-HMAC-CHAP. */
        public static final int DHCHAP = 0x01;

        /** Most identifiers in a list. */
        public static final int MAX_IDS = 30;

        private static final int HALEN_OFFSET = 2;
        private static final int DHLEN_OFFSET = 3;
        private static final int HASHIDS_OFFSET = 4;
        private static final int DHGIDS_OFFSET = HASHIDS_OFFSET + MAX_IDS;

        /** Refuses what cannot be written with {@link IllegalArgumentException}. */
        public Protocol {
            MessageHeader.check("authid", authid, 0xFF);
            hashids = List.copyOf(hashids);
            dhgids = List.copyOf(dhgids);
            int least = authid == DHCHAP ? 1 : 0;
            int most = authid == DHCHAP ? MAX_IDS : 0;
            for (List<Integer> ids : List.of(hashids, dhgids)) {
                if (ids.size() < least || ids.size() > most) {
                    throw new IllegalArgumentException(ids.size() + " identifiers, protocol " + authid);
                }
                ids.forEach(id -> MessageHeader.check("identifier", id, 0xFF));
            }
        }

        /** DH-HMAC-CHAP with these hash functions and groups. */
        public static Protocol dhchap(List<DhchapHash> hashes, List<DhGroup> groups) {
            return new Protocol(
                    DHCHAP,
                    hashes.stream().map(DhchapHash::id).toList(),
                    groups.stream().map(DhGroup::id).toList());
        }

        /** Whether {@code hash} is offered. */
        public boolean offers(DhchapHash hash) {
            return hashids.contains(hash.id());
        }

        /** Whether {@code group} is offered. */
        public boolean offers(DhGroup group) {
            return dhgids.contains(group.id());
        }

        private static Protocol parse(ByteBuf b, int at) throws AuthMessageException {
            int authid = b.getUnsignedByte(at);
            if (authid != DHCHAP) {
                return new Protocol(authid, List.of(), List.of());
            }
            return new Protocol(
                    authid,
                    ids(b, at + HASHIDS_OFFSET, b.getUnsignedByte(at + HALEN_OFFSET)),
                    ids(b, at + DHGIDS_OFFSET, b.getUnsignedByte(at + DHLEN_OFFSET)));
        }

        private static List<Integer> ids(ByteBuf b, int at, int count) throws AuthMessageException {
            if (count < 1 || count > MAX_IDS) {
                throw AuthMessageException.payload("a list of " + count + " identifiers");
            }
            List<Integer> ids = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                ids.add((int) b.getUnsignedByte(at + i));
            }
            return ids;
        }

        private void write(ByteBuf b, int at) {
            b.setByte(at, authid);
            b.setByte(at + HALEN_OFFSET, hashids.size());
            b.setByte(at + DHLEN_OFFSET, dhgids.size());
            for (int i = 0; i < hashids.size(); i++) {
                b.setByte(at + HASHIDS_OFFSET + i, hashids.get(i));
            }
            for (int i = 0; i < dhgids.size(); i++) {
                b.setByte(at + DHGIDS_OFFSET + i, dhgids.get(i));
            }
        }
    }

    /** Refuses what cannot be written with {@link IllegalArgumentException}. */
    public AuthNegotiate {
        MessageHeader.check("tid", tid, 0xFFFF);
        MessageHeader.check("scc", scc, 0xFF);
        protocols = List.copyOf(protocols);
        if (protocols.isEmpty()) {
            throw new IllegalArgumentException("no protocol");
        }
        MessageHeader.check("number of protocols", protocols.size(), 0xFF);
    }

    /** Reads the message from the {@code length} bytes at {@code at}; what follows it is ignored. */
    public static AuthNegotiate parse(ByteBuf b, int at, int length) throws AuthMessageException {
        MessageHeader.require(b, at, length, TYPE_COMMON, ID, PROTOCOLS_OFFSET);
        int napd = b.getUnsignedByte(at + NAPD_OFFSET);
        if (napd == 0) {
            throw AuthMessageException.payload("no protocol descriptor");
        }
        MessageHeader.require(length, PROTOCOLS_OFFSET + napd * PROTOCOL_SIZE);
        List<Protocol> protocols = new ArrayList<>(napd);
        for (int i = 0; i < napd; i++) {
            protocols.add(Protocol.parse(b, at + PROTOCOLS_OFFSET + i * PROTOCOL_SIZE));
        }
        return new AuthNegotiate(MessageHeader.tid(b, at), b.getUnsignedByte(at + SCC_OFFSET), protocols);
    }

    /** What the host offers of DH-HMAC-CHAP, or null when it does not. */
    public @Nullable Protocol dhchap() {
        for (Protocol protocol : protocols) {
            if (protocol.authid == Protocol.DHCHAP) {
                return protocol;
            }
        }
        return null;
    }

    @Override
    public int size() {
        return PROTOCOLS_OFFSET + protocols.size() * PROTOCOL_SIZE;
    }

    @Override
    public int write(ByteBuf b, int at) {
        MessageHeader.write(b, at, size(), TYPE_COMMON, ID, tid);
        b.setByte(at + SCC_OFFSET, scc);
        b.setByte(at + NAPD_OFFSET, protocols.size());
        for (int i = 0; i < protocols.size(); i++) {
            protocols.get(i).write(b, at + PROTOCOLS_OFFSET + i * PROTOCOL_SIZE);
        }
        return size();
    }
}
