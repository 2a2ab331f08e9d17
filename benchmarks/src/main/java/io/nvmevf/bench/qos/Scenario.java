package io.nvmevf.bench.qos;

import java.io.IOException;

/** One question to the target. */
interface Scenario {
    Outcome run(Bench bench) throws IOException, InterruptedException;
}
