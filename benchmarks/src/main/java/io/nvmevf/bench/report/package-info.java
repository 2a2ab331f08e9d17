/**
 * What benchmarks print: tables in Markdown, plots as SVG. It measures nothing.
 */
@NullMarked
package io.nvmevf.bench.report;

import org.jspecify.annotations.NullMarked;
