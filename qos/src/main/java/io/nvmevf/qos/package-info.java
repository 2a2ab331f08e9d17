/**
 * Admission: whether a command of a virtual function may go on now, or how long it has to wait.
 *
 * <p>Pure: time comes in as an argument, nothing here has a thread, a clock or a socket. For now it holds the contract
 * and the policy without limits; token buckets, burst credits and weights come behind the same contract.
 */
@NullMarked
package io.nvmevf.qos;

import org.jspecify.annotations.NullMarked;
