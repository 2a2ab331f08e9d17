/**
 * Admission: whether a command of a virtual function may go on now, or how long it has to wait.
 *
 * <p>Pure: time comes in as an argument, nothing here has a thread, a clock or a socket. A {@link
 * io.nvmevf.qos.LimitedAdmission} holds the {@link io.nvmevf.qos.Limits} of one virtual function, or of a tenant over several, in
 * {@link io.nvmevf.qos.TokenBucket}s, and counts how long demand was above them.
 *
 * <p>It keeps no commands that wait and wakes nobody, knows no named profiles, and does not divide a physical function
 * that is short among its virtual functions (guarantees, weights).
 */
@NullMarked
package io.nvmevf.qos;

import org.jspecify.annotations.NullMarked;
