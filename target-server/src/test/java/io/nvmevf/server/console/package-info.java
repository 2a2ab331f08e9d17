/**
 * The web console as people use it: a real target with load on it, looked at through headless Chromium. What the pages do
 * themselves is tried here and nowhere else; how their files are served is {@code ConsolePagesTest}'s.
 *
 * <p>It does not try other browsers.
 */
@NullMarked
package io.nvmevf.server.console;

import org.jspecify.annotations.NullMarked;
