package io.nvmevf.server.command;

/**
 * What every controller offers.
 *
 * @param mdts most data bytes of one command: a power of two, 4096 to 1 MiB
 * @param inCapsuleData in-capsule data of an I/O command, in bytes; becomes IOCCSZ
 * @param maxKeepAliveMillis the longest keep alive timeout that a host may ask for
 */
public record ControllerLimits(int mdts, int inCapsuleData, long maxKeepAliveMillis) {

    /** MDTS as Identify has it: a power of two in units of the smallest memory page, 4096 bytes. */
    int mdtsField() {
        return Integer.numberOfTrailingZeros(mdts) - 12;
    }
}
