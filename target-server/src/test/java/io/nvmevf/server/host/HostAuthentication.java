package io.nvmevf.server.host;

import io.nvmevf.protocol.auth.AuthCommand;
import io.nvmevf.protocol.auth.AuthFailure;
import io.nvmevf.protocol.auth.AuthMessage;
import io.nvmevf.protocol.auth.AuthMessageException;
import io.nvmevf.protocol.auth.DhchapChallenge;
import io.nvmevf.protocol.auth.DhchapReply;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.DhchapSuccess1;
import io.nvmevf.protocol.nvme.FabricsCommand;
import org.jspecify.annotations.Nullable;

/** Authentication of a queue, as a host does it: a transaction by Authentication Send and Receive. */
public final class HostAuthentication {
    /** What Linux has room for. */
    public static final int ROOM = 4096;

    private final HostQueue queue;

    public HostAuthentication(HostQueue queue) {
        this.queue = queue;
    }

    /** Authenticates as the usual host; fails if that is refused. */
    public static HostDhchap authenticate(HostQueue queue, String subnqn, DhchapSecret secret) {
        return authenticate(queue, subnqn, secret, null);
    }

    /** Authenticates as the usual host, and has the controller prove itself. */
    public static HostDhchap authenticate(
            HostQueue queue, String subnqn, DhchapSecret secret, @Nullable DhchapSecret controllerSecret) {
        HostDhchap dhchap = new HostDhchap(TestHost.NQN, subnqn, secret, controllerSecret);
        AuthFailure failure = new HostAuthentication(queue).run(dhchap);
        if (failure != null) {
            throw new AssertionError("refused: " + AuthFailure.describe(failure.explanation()));
        }
        return dhchap;
    }

    /** An Authentication Send of these bytes. */
    public static Command sending(byte[] message) {
        Command c = Command.fabrics(FabricsCommand.AUTHENTICATION_SEND).out(message);
        AuthCommand.write(c.entry(), 0, message.length);
        return c;
    }

    /** An Authentication Receive with room for so many bytes. */
    public static Command receiving(int room) {
        Command c = Command.fabrics(FabricsCommand.AUTHENTICATION_RECEIVE).in(room);
        AuthCommand.write(c.entry(), 0, room);
        return c;
    }

    public void send(AuthMessage message) {
        queue.run(sending(HostDhchap.bytes(message))).ok();
    }

    /** The message that the controller has. What follows it must be zeros. */
    public AuthMessage receive() {
        Completion completion = queue.run(receiving(ROOM)).ok();
        byte[] data = completion.data();
        if (data.length != ROOM) {
            throw new AssertionError(data.length + " bytes came, not " + ROOM);
        }
        try {
            AuthMessage message = AuthMessage.parse(completion.page(), 0, data.length);
            for (int i = message.size(); i < data.length; i++) {
                if (data[i] != 0) {
                    throw new AssertionError("byte %d behind %s is not zero".formatted(i, message));
                }
            }
            return message;
        } catch (AuthMessageException e) {
            throw new AssertionError("the controller sent a malformed message", e);
        }
    }

    /** Negotiates, and returns the reply to the challenge, which is to be sent next. */
    public DhchapReply toTheReply(HostDhchap dhchap) {
        send(dhchap.negotiate());
        return reply(dhchap, (DhchapChallenge) receive());
    }

    private static DhchapReply reply(HostDhchap dhchap, DhchapChallenge challenge) {
        try {
            return dhchap.reply(challenge);
        } catch (AuthMessageException e) {
            throw new AssertionError("the controller's challenge is wrong", e);
        }
    }

    /** A whole transaction; returns the controller's refusal, or null if both sides are content. */
    public @Nullable AuthFailure run(HostDhchap dhchap) {
        send(dhchap.negotiate());
        AuthMessage challenge = receive();
        if (challenge instanceof AuthFailure failure) {
            return failure;
        }
        send(reply(dhchap, (DhchapChallenge) challenge));
        AuthMessage verdict = receive();
        if (verdict instanceof AuthFailure failure) {
            return failure;
        }
        DhchapSuccess1 success = (DhchapSuccess1) verdict;
        if (!dhchap.isConvincedBy(success)) {
            throw new AssertionError("the controller has not proved itself");
        }
        if (success.response() != null) {
            send(dhchap.success2());
        }
        return null;
    }
}
