package io.nvmevf.protocol.auth;

import io.netty.buffer.ByteBuf;

/**
 * A message of an authentication transaction: the data of an Authentication Send or Receive (NVMe Base 2.1 §8.3.4.4 and
 * §8.3.4.5). All begin alike:
 *
 * <pre>
 *   0 AUTH_TYPE | 1 AUTH_ID | 2..3 reserved | 4..5 T_ID
 * </pre>
 *
 * <p>The {@code parse} methods look at no byte outside of the {@code length} that they are given, ignore reserved bytes
 * and what follows the message, and throw {@link AuthMessageException} for a message that is cut short or contradicts
 * itself. Byte arrays in messages are not copied.
 */
public sealed interface AuthMessage
        permits AuthNegotiate, DhchapChallenge, DhchapReply, DhchapSuccess1, DhchapSuccess2, AuthFailure {
    /** More bytes than any message has: 255 protocol descriptors fit. */
    int MAX_SIZE = 16 * 1024;

    int TYPE_OFFSET = 0;
    int ID_OFFSET = 1;
    int TID_OFFSET = 4;

    /** AUTH_TYPE of AUTH_Negotiate and AUTH_Failure. */
    int TYPE_COMMON = 0x00;

    /** AUTH_TYPE of the messages of DH-HMAC-CHAP. */
    int TYPE_DHCHAP = 0x01;

    /** Transaction identifier, chosen by the host. */
    int tid();

    /** Size in bytes. */
    int size();

    /**
     * Writes the message to {@code b} at the index {@code at}, reserved bytes as zeros.
     *
     * @return its size
     */
    int write(ByteBuf b, int at);

    /** Reads whichever message the {@code length} bytes at {@code at} hold. */
    static AuthMessage parse(ByteBuf b, int at, int length) throws AuthMessageException {
        int id = MessageHeader.id(b, at, length);
        int type = b.getUnsignedByte(at + TYPE_OFFSET);
        if (type == TYPE_COMMON) {
            switch (id) {
                case AuthNegotiate.ID:
                    return AuthNegotiate.parse(b, at, length);
                case AuthFailure.ID_FAILURE1, AuthFailure.ID_FAILURE2:
                    return AuthFailure.parse(b, at, length);
                default:
            }
        } else if (type == TYPE_DHCHAP) {
            switch (id) {
                case DhchapChallenge.ID:
                    return DhchapChallenge.parse(b, at, length);
                case DhchapReply.ID:
                    return DhchapReply.parse(b, at, length);
                case DhchapSuccess1.ID:
                    return DhchapSuccess1.parse(b, at, length);
                case DhchapSuccess2.ID:
                    return DhchapSuccess2.parse(b, at, length);
                default:
            }
        }
        throw new AuthMessageException(
                AuthFailure.INCORRECT_MESSAGE, "an unknown message of type %02Xh, id %02Xh".formatted(type, id));
    }
}
