package io.nvmevf.server.wipe;

/**
 * How far a run is. Neither figure ever goes back; when they are equal, all is read back.
 *
 * @param phase {@code erase} or {@code verify}: what is being done now. Reading back the pieces of {@link WipeMethod#ZERO} belongs to erasing
 * @param doneBytes bytes that were written, deallocated or read so far, over all passes and verifications
 * @param totalBytes what {@code doneBytes} will be at the end
 * @param bytesPerSecond over about the last second
 */
public record WipeProgress(String phase, long doneBytes, long totalBytes, long bytesPerSecond) {
    public static final String ERASE = "erase";
    public static final String VERIFY = "verify";
}
