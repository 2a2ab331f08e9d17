/**
 * What is right and wrong with a machine, a configuration and its files, before a target is started and while it runs. It
 * looks, and says what to do; it changes nothing, but for one file that it makes beside the pool's and deletes again. What a
 * running target says of itself is asked for elsewhere: nothing here knows the API.
 */
@NullMarked
package io.nvmevf.server.doctor;

import org.jspecify.annotations.NullMarked;
