package io.nvmevf.protocol.identify;

/** Values of the CNS field, bits 7:0 of CDW10 of an Identify command (NVMe Base 2.1 §5.1.13). */
public final class Cns {
    /** Identify Namespace of an active NSID: {@link IdentifyNamespace}. */
    public static final int NAMESPACE = 0x00;

    /** Identify Controller: {@link IdentifyController}. */
    public static final int CONTROLLER = 0x01;

    /** Active NSIDs above the given one: {@link NamespaceList}. */
    public static final int ACTIVE_NAMESPACES = 0x02;

    /** Identification descriptors of a namespace: {@link NamespaceDescriptors}. */
    public static final int NAMESPACE_DESCRIPTORS = 0x03;

    /** Command set specific Identify Namespace: {@link NvmIdentifyNamespace}. */
    public static final int CSI_NAMESPACE = 0x05;

    /** Command set specific Identify Controller: {@link NvmIdentifyController}. */
    public static final int CSI_CONTROLLER = 0x06;

    /** Active NSIDs of one command set: {@link NamespaceList}. */
    public static final int CSI_ACTIVE_NAMESPACES = 0x07;

    /** Command set independent Identify Namespace: {@link IndependentNamespace}. */
    public static final int INDEPENDENT_NAMESPACE = 0x08;

    /** Allocated NSIDs above the given one: {@link NamespaceList}. */
    public static final int ALLOCATED_NAMESPACES = 0x10;

    /** Identify Namespace of an allocated NSID: {@link IdentifyNamespace}. */
    public static final int ALLOCATED_NAMESPACE = 0x11;

    /** Controllers that a namespace is attached to: {@link ControllerList}. */
    public static final int NAMESPACE_CONTROLLERS = 0x12;

    /** Controllers of the subsystem: {@link ControllerList}. */
    public static final int CONTROLLERS = 0x13;

    /** Virtualization resources of a primary controller: {@link PrimaryControllerCapabilities}. */
    public static final int PRIMARY_CONTROLLER_CAPABILITIES = 0x14;

    /** Secondary controllers of a primary controller: {@link SecondaryControllerList}. */
    public static final int SECONDARY_CONTROLLERS = 0x15;

    /** Namespace Granularity list: {@link NamespaceGranularityList}. */
    public static final int NAMESPACE_GRANULARITY = 0x16;

    /** UUID list: {@link UuidList}. */
    public static final int UUIDS = 0x17;

    /** I/O Command Set combinations: {@link IoCommandSets}. */
    public static final int IO_COMMAND_SETS = 0x1C;

    private Cns() {}
}
