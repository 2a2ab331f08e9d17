package io.nvmevf.bench.qos;

import java.io.IOException;

/** Who has something to do in each turn of the engine. */
interface Party {
    /** Does what there is to do, without waiting; calls {@link Engine#between} wherever that takes long. */
    void turn(Engine engine) throws IOException;
}
