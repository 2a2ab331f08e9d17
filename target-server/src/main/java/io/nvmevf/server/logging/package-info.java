/**
 * What becomes of log lines: their form on standard error, their levels while the target runs, and the last of them, which
 * the API shows. It writes no line itself, keeps none on disk, and sends none anywhere: that is for whoever reads standard error.
 */
@NullMarked
package io.nvmevf.server.logging;

import org.jspecify.annotations.NullMarked;
