package io.nvmevf.storage;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;

/**
 * Work that goes on in the next turn of its event loop, after the loop has looked at its sockets and its ring once more. Long work
 * that is cut into turns holds nobody up for longer than one of them.
 *
 * <p>{@link EventLoop#execute} alone does not do that: a loop carries out all of its tasks before it looks again, those included
 * that they add. Nothing is allocated. Used on the loop's own thread.
 */
public abstract class NextTurn implements Runnable {
    private final EventLoop loop;
    private boolean turnOver;

    protected NextTurn(EventLoop loop) {
        this.loop = loop;
    }

    /** {@link #go} is called in the next turn. Not to be called again before that. */
    public final void schedule() {
        if (loop instanceof SingleThreadEventLoop turns) {
            turns.executeAfterEventLoopIteration(this);
        } else {
            // (A loop of tests, without turns.)
            turnOver = true;
            loop.execute(this);
        }
    }

    /** What is to be done in the next turn. */
    protected abstract void go();

    /** The loop's call; nobody else's. */
    @Override
    public final void run() {
        if (turnOver) {
            turnOver = false;
            go();
        } else {
            turnOver = true;
            loop.execute(this);
        }
    }
}
