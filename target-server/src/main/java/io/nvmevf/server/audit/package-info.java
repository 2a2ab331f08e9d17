/**
 * The audit log: what happened, in an order that cannot be changed afterwards without being seen.
 *
 * <p>{@link io.nvmevf.server.audit.AuditLog} appends lines to {@code audit.log}, each of which holds the hash of the one before;
 * erasure records are signed too. {@link io.nvmevf.server.audit.AuditVerifier} checks such a file anywhere, without a target.
 *
 * <p>It does not know what the entries mean, decides nothing, and never deletes or rotates. It cannot see that lines at the end
 * were cut off unless it is told what the end was, nor that all was made anew with another key unless it is told the key.
 */
@NullMarked
package io.nvmevf.server.audit;

import org.jspecify.annotations.NullMarked;
