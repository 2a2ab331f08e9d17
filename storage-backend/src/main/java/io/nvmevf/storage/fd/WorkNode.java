package io.nvmevf.storage.fd;

import org.jspecify.annotations.Nullable;

/** What can stand in a {@link WorkQueue}. */
class WorkNode {

    /** Written by the thread that puts the next one, read by the thread that takes this one. */
    volatile @Nullable WorkNode nextWork;
}
