package io.nvmevf.server.control;

import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Limits under a name, for any number of virtual functions; a change of them holds for all that use it.
 *
 * @param name {@code [a-z0-9][a-z0-9-]{0,63}}, unique
 * @param limits at least one
 */
public record QosProfile(String name, Limits limits) {

    private static final long MIB = 1L << 20;

    /**
     * Those that are always there: not stored, and neither changed nor deleted. Their figures are what AWS documents for the
     * disks that they are called after:
     *
     * <ul>
     *   <li>{@code gp2-like-100gib}: an EBS gp2 volume of 100 GiB has 3 IOPS per GiB, bursts to 3,000 from a balance of 5.4
     *       million I/O credits, and moves up to 128 MiB/s (volumes up to 170 GiB)
     *   <li>{@code gp3-like}: what every EBS gp3 volume has without paying for more
     *   <li>{@code c5d-large-like}: the instance store of a c5d.large
     * </ul>
     */
    public static final List<QosProfile> PRESETS = List.of(
            new QosProfile(
                    "gp2-like-100gib",
                    Limits.NONE
                            .withTotalIops(Limit.withCredits(300, 3_000, 5_400_000))
                            .withTotalBytes(Limit.of(128 * MIB))),
            new QosProfile(
                    "gp3-like", Limits.NONE.withTotalIops(Limit.of(3_000)).withTotalBytes(Limit.of(125 * MIB))),
            new QosProfile(
                    "c5d-large-like", Limits.NONE.withReadIops(Limit.of(20_000)).withWriteIops(Limit.of(9_000))));

    public QosProfile {
        Objects.requireNonNull(name);
        Objects.requireNonNull(limits);
    }

    /** Whether it is one of {@link #PRESETS}. */
    public boolean isPreset() {
        return preset(name).isPresent();
    }

    static Optional<QosProfile> preset(String name) {
        return PRESETS.stream().filter(preset -> preset.name().equals(name)).findFirst();
    }
}
