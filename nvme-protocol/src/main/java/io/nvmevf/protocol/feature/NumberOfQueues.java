package io.nvmevf.protocol.feature;

/**
 * Number of Queues, FID 07h (NVMe Base 2.1 §5.1.25): asked for in CDW11 of Set Features (NSQR, NCQR), granted in
 * dword 0 of the completion (NSQA, NCQA). The fields are 0's based in the dword and ordinary counts here.
 *
 * <pre>
 *  31:16 NCQR or NCQA   15:0 NSQR or NSQA
 * </pre>
 *
 * @param submissionQueues I/O submission queues, 1 to 65536; to ask for 65536 is an invalid field
 * @param completionQueues I/O completion queues, 1 to 65536; to ask for 65536 is an invalid field
 */
public record NumberOfQueues(int submissionQueues, int completionQueues) {
    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public NumberOfQueues {
        check("submissionQueues", submissionQueues, 1, 0x10000);
        check("completionQueues", completionQueues, 1, 0x10000);
    }

    /** The fields of {@code dword}; reserved bits are ignored. */
    public static NumberOfQueues of(int dword) {
        return new NumberOfQueues((dword & 0xFFFF) + 1, (dword >>> 16 & 0xFFFF) + 1);
    }

    /** The fields in their places, the other bits zero. */
    public int dword() {
        return (submissionQueues - 1) | (completionQueues - 1) << 16;
    }

    private static void check(String field, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside " + min + " to " + max);
        }
    }
}
