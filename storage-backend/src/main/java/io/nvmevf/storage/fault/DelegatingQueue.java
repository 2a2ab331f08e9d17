package io.nvmevf.storage.fault;

import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.BlockRequests;

/** A queue around another one on the same loop. A subclass counts in {@link #inFlight} what it has not completed. */
abstract class DelegatingQueue implements BlockQueue {

    final BlockQueue beneath;
    final IoEventLoop loop;
    int inFlight;
    private final String name;

    /** @param name for messages */
    DelegatingQueue(String name, BlockQueue beneath, IoEventLoop loop) {
        this.name = name;
        this.beneath = beneath;
        this.loop = loop;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public void close() {
        BlockRequests.checkIdle(name, inFlight);
        beneath.close();
    }
}
