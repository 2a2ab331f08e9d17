/**
 * Admission: whether a command of a virtual function may go on now, or how long it has to wait.
 *
 * <p>Pure: time comes in as an argument, nothing here has a thread, a clock or a socket. A {@link
 * io.nvmevf.qos.LimitedAdmission} holds the {@link io.nvmevf.qos.Limits} of one virtual function, or of a tenant over several, in
 * {@link io.nvmevf.qos.TokenBucket}s, and counts how long demand was above them. {@link io.nvmevf.qos.PfShares} divides the {@link
 * io.nvmevf.qos.Capacity} of a physical function that is short, by guarantees and weights.
 *
 * <p>It keeps no commands that wait, and knows no named profiles.
 */
@NullMarked
package io.nvmevf.qos;

import org.jspecify.annotations.NullMarked;
