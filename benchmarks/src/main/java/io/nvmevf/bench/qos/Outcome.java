package io.nvmevf.bench.qos;

import io.nvmevf.bench.report.Plot;
import java.util.List;
import java.util.Map;

/**
 * What a scenario has found.
 *
 * @param rows one for each measurement, as JSON objects
 * @param markdown tables, and what they say
 * @param plots drawn beside them
 */
record Outcome(List<Map<String, Object>> rows, String markdown, List<Plot> plots) {}
