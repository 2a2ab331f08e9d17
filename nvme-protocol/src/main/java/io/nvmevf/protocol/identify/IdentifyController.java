package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;

/**
 * Identify Controller data structure, CNS 01h (NVMe Base 2.1 §5.1.13.2.1).
 *
 * <pre>
 *     0 vid ssvid sn mn fr rab ieee cmic mdts cntlid ver ... cntrltype fguid crdt1-3
 *   256 admin command set: oacs acl aerl ... sanicap ... anacap anagrpmax nanagrpid
 *   512 NVM command set:   sqes cqes maxcmd nn oncs fuses fna vwc ... sgls mnan maxdna maxcna
 *   768 subnqn
 *  1792 fabrics:           ioccsz iorcsz icdoff fcatt msdbd ofcs dctype
 *  2048 power state descriptors, 32 of 32 bytes (only number 0 here)
 *  3072 vendor specific
 * </pre>
 */
public final class IdentifyController {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int VID_OFFSET = 0;
    public static final int SSVID_OFFSET = 2;
    public static final int SN_OFFSET = 4;
    public static final int MN_OFFSET = 24;
    public static final int FR_OFFSET = 64;
    public static final int RAB_OFFSET = 72;
    public static final int IEEE_OFFSET = 73;
    public static final int CMIC_OFFSET = 76;
    public static final int MDTS_OFFSET = 77;
    public static final int CNTLID_OFFSET = 78;
    public static final int VER_OFFSET = 80;
    public static final int RTD3R_OFFSET = 84;
    public static final int RTD3E_OFFSET = 88;
    public static final int OAES_OFFSET = 92;
    public static final int CTRATT_OFFSET = 96;
    public static final int RRLS_OFFSET = 100;
    public static final int CNTRLTYPE_OFFSET = 111;
    public static final int FGUID_OFFSET = 112;
    public static final int CRDT1_OFFSET = 128;
    public static final int CRDT2_OFFSET = 130;
    public static final int CRDT3_OFFSET = 132;
    public static final int NVMSR_OFFSET = 253;
    public static final int VWCI_OFFSET = 254;
    public static final int MEC_OFFSET = 255;
    public static final int OACS_OFFSET = 256;
    public static final int ACL_OFFSET = 258;
    public static final int AERL_OFFSET = 259;
    public static final int FRMW_OFFSET = 260;
    public static final int LPA_OFFSET = 261;
    public static final int ELPE_OFFSET = 262;
    public static final int NPSS_OFFSET = 263;
    public static final int AVSCC_OFFSET = 264;
    public static final int APSTA_OFFSET = 265;
    public static final int WCTEMP_OFFSET = 266;
    public static final int CCTEMP_OFFSET = 268;
    public static final int MTFA_OFFSET = 270;
    public static final int HMPRE_OFFSET = 272;
    public static final int HMMIN_OFFSET = 276;
    public static final int TNVMCAP_OFFSET = 280;
    public static final int UNVMCAP_OFFSET = 296;
    public static final int RPMBS_OFFSET = 312;
    public static final int EDSTT_OFFSET = 316;
    public static final int DSTO_OFFSET = 318;
    public static final int FWUG_OFFSET = 319;
    public static final int KAS_OFFSET = 320;
    public static final int HCTMA_OFFSET = 322;
    public static final int MNTMT_OFFSET = 324;
    public static final int MXTMT_OFFSET = 326;
    public static final int SANICAP_OFFSET = 328;
    public static final int NSETIDMAX_OFFSET = 338;
    public static final int ENDGIDMAX_OFFSET = 340;
    public static final int ANATT_OFFSET = 342;
    public static final int ANACAP_OFFSET = 343;
    public static final int ANAGRPMAX_OFFSET = 344;
    public static final int NANAGRPID_OFFSET = 348;
    public static final int PELS_OFFSET = 352;
    public static final int DOMAINID_OFFSET = 356;
    public static final int SQES_OFFSET = 512;
    public static final int CQES_OFFSET = 513;
    public static final int MAXCMD_OFFSET = 514;
    public static final int NN_OFFSET = 516;
    public static final int ONCS_OFFSET = 520;
    public static final int FUSES_OFFSET = 522;
    public static final int FNA_OFFSET = 524;
    public static final int VWC_OFFSET = 525;
    public static final int AWUN_OFFSET = 526;
    public static final int AWUPF_OFFSET = 528;
    public static final int ICSVSCC_OFFSET = 530;
    public static final int NWPC_OFFSET = 531;
    public static final int ACWU_OFFSET = 532;
    public static final int CDFS_OFFSET = 534;
    public static final int SGLS_OFFSET = 536;
    public static final int MNAN_OFFSET = 540;
    public static final int MAXDNA_OFFSET = 544;
    public static final int MAXCNA_OFFSET = 560;
    public static final int SUBNQN_OFFSET = 768;
    public static final int IOCCSZ_OFFSET = 1792;
    public static final int IORCSZ_OFFSET = 1796;
    public static final int ICDOFF_OFFSET = 1800;
    public static final int FCATT_OFFSET = 1802;
    public static final int MSDBD_OFFSET = 1803;
    public static final int OFCS_OFFSET = 1804;
    public static final int DCTYPE_OFFSET = 1806;
    public static final int MP_OFFSET = 2048;
    public static final int PSDFLAGS_OFFSET = 2051;
    public static final int ENLAT_OFFSET = 2052;
    public static final int EXLAT_OFFSET = 2056;

    /** CNTRLTYPE of an I/O controller. */
    public static final int CNTRLTYPE_IO = 1;
    /** CNTRLTYPE of a discovery controller. */
    public static final int CNTRLTYPE_DISCOVERY = 2;
    /** CNTRLTYPE of an administrative controller. */
    public static final int CNTRLTYPE_ADMIN = 3;
    /** The subsystem may have more than one port. */
    public static final int CMIC_MULTI_PORT = 1 << 0;
    /** The subsystem may have more than one controller; without it Linux refuses a second one. */
    public static final int CMIC_MULTI_CONTROLLER = 1 << 1;
    /** This controller belongs to an SR-IOV virtual function. */
    public static final int CMIC_SRIOV_VF = 1 << 2;
    /** Asymmetric Namespace Access is reported. */
    public static final int CMIC_ANA = 1 << 3;

    /** Sends attached namespace attribute notices. */
    public static final long OAES_NAMESPACE_ATTRIBUTE = 1L << 8;
    /** Sends firmware activation notices. */
    public static final long OAES_FIRMWARE_ACTIVATION = 1L << 9;
    /** Sends Asymmetric Namespace Access change notices. */
    public static final long OAES_ANA_CHANGE = 1L << 11;
    /** Sends predictable latency event notices. */
    public static final long OAES_PREDICTABLE_LATENCY = 1L << 12;
    /** Sends LBA status information alerts. */
    public static final long OAES_LBA_STATUS = 1L << 13;
    /** Sends endurance group event notices. */
    public static final long OAES_ENDURANCE_GROUP = 1L << 14;
    /** Sends normal NVM subsystem shutdown events. */
    public static final long OAES_NORMAL_SHUTDOWN = 1L << 15;
    /** Sends discovery log page change notices. */
    public static final long OAES_DISCOVERY_CHANGE = 1L << 31;

    /** 128-bit host identifiers. */
    public static final long CTRATT_HIDS = 1L << 0;
    /** Non-operational power state permissive mode. */
    public static final long CTRATT_NOPSPM = 1L << 1;
    /** NVM sets. */
    public static final long CTRATT_NSETS = 1L << 2;
    /** Read recovery levels. */
    public static final long CTRATT_RRLVLS = 1L << 3;
    /** Endurance groups. */
    public static final long CTRATT_EGS = 1L << 4;
    /** Predictable latency mode. */
    public static final long CTRATT_PLM = 1L << 5;
    /** Traffic based keep alive. */
    public static final long CTRATT_TBKAS = 1L << 6;
    /** Namespace granularity is reported (CNS 16h). */
    public static final long CTRATT_NG = 1L << 7;
    /** Submission queue associations. */
    public static final long CTRATT_SQA = 1L << 8;
    /** UUID list (CNS 17h). */
    public static final long CTRATT_ULIST = 1L << 9;
    /** Multi-domain subsystem. */
    public static final long CTRATT_MDS = 1L << 10;
    /** Fixed capacity management. */
    public static final long CTRATT_FCM = 1L << 11;
    /** Variable capacity management. */
    public static final long CTRATT_VCM = 1L << 12;
    /** Delete endurance group. */
    public static final long CTRATT_DEG = 1L << 13;
    /** Delete NVM set. */
    public static final long CTRATT_DNVMS = 1L << 14;
    /** Extended LBA formats. */
    public static final long CTRATT_ELBAS = 1L << 15;
    /** MDTS and size limits exclude metadata. */
    public static final long CTRATT_MEM = 1L << 16;
    /** Host memory buffer restrictions. */
    public static final long CTRATT_HMBR = 1L << 17;
    /** Reservations and host identifier interaction. */
    public static final long CTRATT_RHII = 1L << 18;
    /** Flexible data placement. */
    public static final long CTRATT_FDPS = 1L << 19;

    /** Security Send and Receive. */
    public static final int OACS_SECURITY = 1 << 0;
    /** Format NVM. */
    public static final int OACS_FORMAT = 1 << 1;
    /** Firmware Commit and Firmware Image Download. */
    public static final int OACS_FIRMWARE = 1 << 2;
    /** Namespace Management and Namespace Attachment. */
    public static final int OACS_NAMESPACE_MANAGEMENT = 1 << 3;
    /** Device Self-test. */
    public static final int OACS_SELF_TEST = 1 << 4;
    /** Directive Send and Receive. */
    public static final int OACS_DIRECTIVES = 1 << 5;
    /** NVMe-MI Send and Receive. */
    public static final int OACS_NVME_MI = 1 << 6;
    /** Virtualization Management. */
    public static final int OACS_VIRTUALIZATION = 1 << 7;
    /** Doorbell Buffer Config. */
    public static final int OACS_DOORBELL_BUFFER = 1 << 8;
    /** Get LBA Status. */
    public static final int OACS_LBA_STATUS = 1 << 9;
    /** Command and feature lockdown. */
    public static final int OACS_LOCKDOWN = 1 << 10;

    /** Firmware slot 1 cannot be written. */
    public static final int FRMW_SLOT1_READ_ONLY = 1 << 0;
    /** New firmware is activated without a reset. */
    public static final int FRMW_NO_RESET_ACTIVATION = 1 << 4;

    /** Left shift of the number of firmware slots (1 to 7) in FRMW. */
    public static final int FRMW_SLOTS_SHIFT = 1;

    /** The SMART log page exists per namespace. */
    public static final int LPA_SMART_PER_NAMESPACE = 1 << 0;
    /** The Commands Supported and Effects log page is supported. */
    public static final int LPA_COMMAND_EFFECTS = 1 << 1;
    /** Get Log Page takes 32-bit NUMD and an offset. */
    public static final int LPA_EXTENDED_DATA = 1 << 2;
    /** Telemetry log pages are supported. */
    public static final int LPA_TELEMETRY = 1 << 3;
    /** The Persistent Event log page is supported. */
    public static final int LPA_PERSISTENT_EVENT = 1 << 4;
    /** Log pages 00h, 12h and 13h, and the scopes in 05h, are supported. */
    public static final int LPA_MISC_LOG_PAGES = 1 << 5;
    /** Telemetry data area 4 is supported. */
    public static final int LPA_TELEMETRY_AREA_4 = 1 << 6;

    /** Host controlled thermal management. */
    public static final int HCTMA_HCTM = 1 << 0;

    /** Crypto Erase. */
    public static final long SANICAP_CES = 1L << 0;
    /** Block Erase. */
    public static final long SANICAP_BES = 1L << 1;
    /** Overwrite. */
    public static final long SANICAP_OWS = 1L << 2;
    /** Media verification state. */
    public static final long SANICAP_VERS = 1L << 3;
    /** No-Deallocate in a Sanitize command is inhibited. */
    public static final long SANICAP_NDI = 1L << 29;
    /** NODMMAS: after a sanitize operation without deallocation the media is not modified any further. */
    public static final long SANICAP_NODMMAS_NOT_MODIFIED = 1L << 30;
    /** NODMMAS: after a sanitize operation without deallocation the media is modified further. */
    public static final long SANICAP_NODMMAS_MODIFIED = 2L << 30;

    /** Can report ANA optimized. */
    public static final int ANACAP_OPTIMIZED = 1 << 0;
    /** Can report ANA non-optimized. */
    public static final int ANACAP_NON_OPTIMIZED = 1 << 1;
    /** Can report ANA inaccessible. */
    public static final int ANACAP_INACCESSIBLE = 1 << 2;
    /** Can report ANA persistent loss. */
    public static final int ANACAP_PERSISTENT_LOSS = 1 << 3;
    /** Can report ANA change. */
    public static final int ANACAP_CHANGE = 1 << 4;
    /** ANAGRPID of an attached namespace does not change. */
    public static final int ANACAP_GROUP_ID_FIXED = 1 << 6;
    /** Namespace Management takes an ANAGRPID that is not zero. */
    public static final int ANACAP_GROUP_ID_NONZERO = 1 << 7;

    /** SQES or CQES of an I/O controller: entries of 64 bytes (6) required, 6 the largest. */
    public static final int SQES_64_BYTES = 0x66;

    /** CQES with entries of 16 bytes (4) required, 4 the largest. */
    public static final int CQES_16_BYTES = 0x44;

    /** Compare. */
    public static final int ONCS_COMPARE = 1 << 0;
    /** Write Uncorrectable. */
    public static final int ONCS_WRITE_UNCORRECTABLE = 1 << 1;
    /** Dataset Management. */
    public static final int ONCS_DATASET_MANAGEMENT = 1 << 2;
    /** Write Zeroes. */
    public static final int ONCS_WRITE_ZEROES = 1 << 3;
    /** The Save bit in Set Features and the Select field in Get Features. */
    public static final int ONCS_SAVE = 1 << 4;
    /** Reservations. */
    public static final int ONCS_RESERVATIONS = 1 << 5;
    /** The Timestamp feature. */
    public static final int ONCS_TIMESTAMP = 1 << 6;
    /** Verify. */
    public static final int ONCS_VERIFY = 1 << 7;
    /** Copy. */
    public static final int ONCS_COPY = 1 << 8;
    /** Copy is one atomic operation where its size allows it. */
    public static final int ONCS_COPY_SINGLE_ATOMICITY = 1 << 9;
    /** Every Copy is a fast copy. */
    public static final int ONCS_ALL_FAST_COPY = 1 << 10;
    /** WZDSL limits a Write Zeroes with the Deallocate bit, not WZSL. */
    public static final int ONCS_WRITE_ZEROES_MAX_DEALLOCATE = 1 << 11;
    /** Write Zeroes can zero a whole namespace. */
    public static final int ONCS_NAMESPACE_ZEROES = 1 << 12;

    /** Fused Compare and Write. */
    public static final int FUSES_COMPARE_AND_WRITE = 1 << 0;

    /** Format NVM applies to all namespaces. */
    public static final int FNA_FORMAT_ALL = 1 << 0;
    /** Secure erase applies to all namespaces. */
    public static final int FNA_ERASE_ALL = 1 << 1;
    /** Format NVM can do a cryptographic erase. */
    public static final int FNA_CRYPTO_ERASE = 1 << 2;
    /** Format NVM with NSID FFFFFFFFh is not supported. */
    public static final int FNA_NO_BROADCAST = 1 << 3;

    /** A volatile write cache is present. */
    public static final int VWC_PRESENT = 1 << 0;
    /** Flush with NSID FFFFFFFFh is refused. */
    public static final int VWC_FLUSH_NOT_BROADCAST = 2 << 1;
    /** Flush with NSID FFFFFFFFh flushes all namespaces. */
    public static final int VWC_FLUSH_BROADCAST = 3 << 1;

    /** Vendor specific I/O commands have the standard format. */
    public static final int ICSVSCC_STANDARD_FORMAT = 1 << 0;

    /** No Write Protect and Write Protect. */
    public static final int NWPC_WRITE_PROTECT = 1 << 0;
    /** Write Protect Until Power Cycle. */
    public static final int NWPC_UNTIL_POWER_CYCLE = 1 << 1;
    /** Permanent Write Protect. */
    public static final int NWPC_PERMANENT = 1 << 2;

    /** Copy descriptor format 0. */
    public static final int CDFS_FORMAT_0 = 1 << 0;
    /** Copy descriptor format 1. */
    public static final int CDFS_FORMAT_1 = 1 << 1;
    /** Copy descriptor format 2. */
    public static final int CDFS_FORMAT_2 = 1 << 2;
    /** Copy descriptor format 3. */
    public static final int CDFS_FORMAT_3 = 1 << 3;
    /** Copy descriptor format 4. */
    public static final int CDFS_FORMAT_4 = 1 << 4;

    /** SGLs are supported, without any alignment. */
    public static final long SGLS_SUPPORTED = 1L << 0;
    /** SGLs are supported for dword aligned data only (in place of {@link #SGLS_SUPPORTED}). */
    public static final long SGLS_DWORD_ALIGNED = 1L << 1;
    /** The Keyed SGL Data Block descriptor. */
    public static final long SGLS_KEYED = 1L << 2;
    /** The SGL Bit Bucket descriptor. */
    public static final long SGLS_BIT_BUCKET = 1L << 16;
    /** MPTR may point to a byte aligned contiguous buffer. */
    public static final long SGLS_METADATA_BYTE_ALIGNED = 1L << 17;
    /** An SGL may be longer than the data. */
    public static final long SGLS_LONGER_THAN_DATA = 1L << 18;
    /** MPTR may point to an SGL segment. */
    public static final long SGLS_METADATA_SGL = 1L << 19;
    /** The address of an SGL Data Block descriptor may be an offset: in-capsule data. */
    public static final long SGLS_OFFSET_ADDRESS = 1L << 20;
    /** The Transport SGL Data Block descriptor. */
    public static final long SGLS_TRANSPORT = 1L << 21;

    /** The static controller model; cleared: the dynamic one. */
    public static final int FCATT_STATIC = 1 << 0;

    /** The Disconnect command. */
    public static final int OFCS_DISCONNECT = 1 << 0;

    /** Direct discovery controller. */
    public static final int DCTYPE_DDC = 1;
    /** Centralized discovery controller. */
    public static final int DCTYPE_CDC = 2;

    /** MP counts in units of 0.0001 W in place of 0.01 W. */
    public static final int PSD_FLAGS_MXPS = 1 << 0;
    /** A non-operational state. */
    public static final int PSD_FLAGS_NOPS = 1 << 1;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public IdentifyController(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public IdentifyController(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** PCI vendor ID; 0 over fabrics. */
    public int vid() {
        return page.getUnsignedShortLE(base + VID_OFFSET);
    }

    public IdentifyController vid(int value) {
        Fields.putU16(page, base + VID_OFFSET, value);
        return this;
    }

    /** PCI subsystem vendor ID; 0 over fabrics. */
    public int ssvid() {
        return page.getUnsignedShortLE(base + SSVID_OFFSET);
    }

    public IdentifyController ssvid(int value) {
        Fields.putU16(page, base + SSVID_OFFSET, value);
        return this;
    }

    /** Serial number of the subsystem, at most 20 ASCII characters. */
    public String sn() {
        return Fields.ascii(page, base + SN_OFFSET, 20);
    }

    public IdentifyController sn(String value) {
        Fields.putAscii(page, base + SN_OFFSET, 20, value);
        return this;
    }

    /** Model number, at most 40 ASCII characters. */
    public String mn() {
        return Fields.ascii(page, base + MN_OFFSET, 40);
    }

    public IdentifyController mn(String value) {
        Fields.putAscii(page, base + MN_OFFSET, 40, value);
        return this;
    }

    /** Firmware revision, at most 8 ASCII characters. */
    public String fr() {
        return Fields.ascii(page, base + FR_OFFSET, 8);
    }

    public IdentifyController fr(String value) {
        Fields.putAscii(page, base + FR_OFFSET, 8, value);
        return this;
    }

    /** Recommended arbitration burst as a power of two. */
    public int rab() {
        return page.getUnsignedByte(base + RAB_OFFSET);
    }

    public IdentifyController rab(int value) {
        Fields.putU8(page, base + RAB_OFFSET, value);
        return this;
    }

    /** IEEE OUI of the vendor, for instance 5CD2E4h. */
    public int ieee() {
        return page.getUnsignedMediumLE(base + IEEE_OFFSET);
    }

    public IdentifyController ieee(int value) {
        Fields.putU24(page, base + IEEE_OFFSET, value);
        return this;
    }

    /** Multi-path and namespace sharing: {@code CMIC_} bits. */
    public int cmic() {
        return page.getUnsignedByte(base + CMIC_OFFSET);
    }

    public IdentifyController cmic(int value) {
        Fields.putU8(page, base + CMIC_OFFSET, value);
        return this;
    }

    /** Maximum data transfer size as a power of two in units of CAP.MPSMIN; 0: no limit. */
    public int mdts() {
        return page.getUnsignedByte(base + MDTS_OFFSET);
    }

    public IdentifyController mdts(int value) {
        Fields.putU8(page, base + MDTS_OFFSET, value);
        return this;
    }

    /** Controller ID; the same as in the answer to Connect. */
    public int cntlid() {
        return page.getUnsignedShortLE(base + CNTLID_OFFSET);
    }

    public IdentifyController cntlid(int value) {
        Fields.putU16(page, base + CNTLID_OFFSET, value);
        return this;
    }

    /** Version, as the VS property: 00020100h for 2.1. */
    public long ver() {
        return page.getUnsignedIntLE(base + VER_OFFSET);
    }

    public IdentifyController ver(long value) {
        Fields.putU32(page, base + VER_OFFSET, value);
        return this;
    }

    /** Typical time to resume from D3 in microseconds. */
    public long rtd3r() {
        return page.getUnsignedIntLE(base + RTD3R_OFFSET);
    }

    public IdentifyController rtd3r(long value) {
        Fields.putU32(page, base + RTD3R_OFFSET, value);
        return this;
    }

    /** Typical time to enter D3 in microseconds. */
    public long rtd3e() {
        return page.getUnsignedIntLE(base + RTD3E_OFFSET);
    }

    public IdentifyController rtd3e(long value) {
        Fields.putU32(page, base + RTD3E_OFFSET, value);
        return this;
    }

    /** Optional asynchronous events: {@code OAES_} bits. */
    public long oaes() {
        return page.getUnsignedIntLE(base + OAES_OFFSET);
    }

    public IdentifyController oaes(long value) {
        Fields.putU32(page, base + OAES_OFFSET, value);
        return this;
    }

    /** Controller attributes: {@code CTRATT_} bits. */
    public long ctratt() {
        return page.getUnsignedIntLE(base + CTRATT_OFFSET);
    }

    public IdentifyController ctratt(long value) {
        Fields.putU32(page, base + CTRATT_OFFSET, value);
        return this;
    }

    /** Supported read recovery levels, one bit each. */
    public int rrls() {
        return page.getUnsignedShortLE(base + RRLS_OFFSET);
    }

    public IdentifyController rrls(int value) {
        Fields.putU16(page, base + RRLS_OFFSET, value);
        return this;
    }

    /** Controller type: {@code CNTRLTYPE_} values. */
    public int cntrltype() {
        return page.getUnsignedByte(base + CNTRLTYPE_OFFSET);
    }

    public IdentifyController cntrltype(int value) {
        Fields.putU8(page, base + CNTRLTYPE_OFFSET, value);
        return this;
    }

    /** FRU globally unique identifier, big-endian. */
    public byte[] fguid() {
        return Fields.bytes(page, base + FGUID_OFFSET, 16);
    }

    public IdentifyController fguid(byte[] value) {
        Fields.putBytes(page, base + FGUID_OFFSET, 16, value);
        return this;
    }

    /** Command retry delay time 1 in units of 100 ms; not 0 makes Linux enable ACRE. */
    public int crdt1() {
        return page.getUnsignedShortLE(base + CRDT1_OFFSET);
    }

    public IdentifyController crdt1(int value) {
        Fields.putU16(page, base + CRDT1_OFFSET, value);
        return this;
    }

    /** Command retry delay time 2 in units of 100 ms. */
    public int crdt2() {
        return page.getUnsignedShortLE(base + CRDT2_OFFSET);
    }

    public IdentifyController crdt2(int value) {
        Fields.putU16(page, base + CRDT2_OFFSET, value);
        return this;
    }

    /** Command retry delay time 3 in units of 100 ms. */
    public int crdt3() {
        return page.getUnsignedShortLE(base + CRDT3_OFFSET);
    }

    public IdentifyController crdt3(int value) {
        Fields.putU16(page, base + CRDT3_OFFSET, value);
        return this;
    }

    /** NVM subsystem report: bit 0 storage device, bit 1 enclosure. */
    public int nvmsr() {
        return page.getUnsignedByte(base + NVMSR_OFFSET);
    }

    public IdentifyController nvmsr(int value) {
        Fields.putU8(page, base + NVMSR_OFFSET, value);
        return this;
    }

    /** VPD write cycle information. */
    public int vwci() {
        return page.getUnsignedByte(base + VWCI_OFFSET);
    }

    public IdentifyController vwci(int value) {
        Fields.putU8(page, base + VWCI_OFFSET, value);
        return this;
    }

    /** Management endpoint capabilities. */
    public int mec() {
        return page.getUnsignedByte(base + MEC_OFFSET);
    }

    public IdentifyController mec(int value) {
        Fields.putU8(page, base + MEC_OFFSET, value);
        return this;
    }

    /** Optional admin commands: {@code OACS_} bits. */
    public int oacs() {
        return page.getUnsignedShortLE(base + OACS_OFFSET);
    }

    public IdentifyController oacs(int value) {
        Fields.putU16(page, base + OACS_OFFSET, value);
        return this;
    }

    /** Abort command limit, 0's based. */
    public int acl() {
        return page.getUnsignedByte(base + ACL_OFFSET);
    }

    public IdentifyController acl(int value) {
        Fields.putU8(page, base + ACL_OFFSET, value);
        return this;
    }

    /** Asynchronous event request limit, 0's based. */
    public int aerl() {
        return page.getUnsignedByte(base + AERL_OFFSET);
    }

    public IdentifyController aerl(int value) {
        Fields.putU8(page, base + AERL_OFFSET, value);
        return this;
    }

    /** Firmware updates: {@code FRMW_} bits and the number of slots in bits 3:1. */
    public int frmw() {
        return page.getUnsignedByte(base + FRMW_OFFSET);
    }

    public IdentifyController frmw(int value) {
        Fields.putU8(page, base + FRMW_OFFSET, value);
        return this;
    }

    /** Log page attributes: {@code LPA_} bits. */
    public int lpa() {
        return page.getUnsignedByte(base + LPA_OFFSET);
    }

    public IdentifyController lpa(int value) {
        Fields.putU8(page, base + LPA_OFFSET, value);
        return this;
    }

    /** Error log page entries, 0's based. */
    public int elpe() {
        return page.getUnsignedByte(base + ELPE_OFFSET);
    }

    public IdentifyController elpe(int value) {
        Fields.putU8(page, base + ELPE_OFFSET, value);
        return this;
    }

    /** Number of power states, 0's based. */
    public int npss() {
        return page.getUnsignedByte(base + NPSS_OFFSET);
    }

    public IdentifyController npss(int value) {
        Fields.putU8(page, base + NPSS_OFFSET, value);
        return this;
    }

    /** Bit 0: vendor specific admin commands have the standard format. */
    public int avscc() {
        return page.getUnsignedByte(base + AVSCC_OFFSET);
    }

    public IdentifyController avscc(int value) {
        Fields.putU8(page, base + AVSCC_OFFSET, value);
        return this;
    }

    /** Bit 0: autonomous power state transitions. */
    public int apsta() {
        return page.getUnsignedByte(base + APSTA_OFFSET);
    }

    public IdentifyController apsta(int value) {
        Fields.putU8(page, base + APSTA_OFFSET, value);
        return this;
    }

    /** Warning composite temperature threshold in kelvins. */
    public int wctemp() {
        return page.getUnsignedShortLE(base + WCTEMP_OFFSET);
    }

    public IdentifyController wctemp(int value) {
        Fields.putU16(page, base + WCTEMP_OFFSET, value);
        return this;
    }

    /** Critical composite temperature threshold in kelvins. */
    public int cctemp() {
        return page.getUnsignedShortLE(base + CCTEMP_OFFSET);
    }

    public IdentifyController cctemp(int value) {
        Fields.putU16(page, base + CCTEMP_OFFSET, value);
        return this;
    }

    /** Maximum time for firmware activation in units of 100 ms; 0: undefined. */
    public int mtfa() {
        return page.getUnsignedShortLE(base + MTFA_OFFSET);
    }

    public IdentifyController mtfa(int value) {
        Fields.putU16(page, base + MTFA_OFFSET, value);
        return this;
    }

    /** Preferred host memory buffer size in units of 4 KiB; 0 over fabrics. */
    public long hmpre() {
        return page.getUnsignedIntLE(base + HMPRE_OFFSET);
    }

    public IdentifyController hmpre(long value) {
        Fields.putU32(page, base + HMPRE_OFFSET, value);
        return this;
    }

    /** Minimum host memory buffer size in units of 4 KiB; 0 over fabrics. */
    public long hmmin() {
        return page.getUnsignedIntLE(base + HMMIN_OFFSET);
    }

    public IdentifyController hmmin(long value) {
        Fields.putU32(page, base + HMMIN_OFFSET, value);
        return this;
    }

    /** Total NVM capacity in bytes. */
    public long tnvmcap() {
        return Fields.u128(page, base + TNVMCAP_OFFSET);
    }

    public IdentifyController tnvmcap(long value) {
        Fields.putU128(page, base + TNVMCAP_OFFSET, value);
        return this;
    }

    /** Unallocated NVM capacity in bytes. */
    public long unvmcap() {
        return Fields.u128(page, base + UNVMCAP_OFFSET);
    }

    public IdentifyController unvmcap(long value) {
        Fields.putU128(page, base + UNVMCAP_OFFSET, value);
        return this;
    }

    /** Replay protected memory block support. */
    public long rpmbs() {
        return page.getUnsignedIntLE(base + RPMBS_OFFSET);
    }

    public IdentifyController rpmbs(long value) {
        Fields.putU32(page, base + RPMBS_OFFSET, value);
        return this;
    }

    /** Extended device self-test time in minutes. */
    public int edstt() {
        return page.getUnsignedShortLE(base + EDSTT_OFFSET);
    }

    public IdentifyController edstt(int value) {
        Fields.putU16(page, base + EDSTT_OFFSET, value);
        return this;
    }

    /** Device self-test options. */
    public int dsto() {
        return page.getUnsignedByte(base + DSTO_OFFSET);
    }

    public IdentifyController dsto(int value) {
        Fields.putU8(page, base + DSTO_OFFSET, value);
        return this;
    }

    /** Firmware update granularity in units of 4 KiB; FFh: no restriction. */
    public int fwug() {
        return page.getUnsignedByte(base + FWUG_OFFSET);
    }

    public IdentifyController fwug(int value) {
        Fields.putU8(page, base + FWUG_OFFSET, value);
        return this;
    }

    /** Keep alive granularity in units of 100 ms; 0: not supported. */
    public int kas() {
        return page.getUnsignedShortLE(base + KAS_OFFSET);
    }

    public IdentifyController kas(int value) {
        Fields.putU16(page, base + KAS_OFFSET, value);
        return this;
    }

    /** Host controlled thermal management: {@code HCTMA_} bits. */
    public int hctma() {
        return page.getUnsignedShortLE(base + HCTMA_OFFSET);
    }

    public IdentifyController hctma(int value) {
        Fields.putU16(page, base + HCTMA_OFFSET, value);
        return this;
    }

    /** Minimum thermal management temperature in kelvins. */
    public int mntmt() {
        return page.getUnsignedShortLE(base + MNTMT_OFFSET);
    }

    public IdentifyController mntmt(int value) {
        Fields.putU16(page, base + MNTMT_OFFSET, value);
        return this;
    }

    /** Maximum thermal management temperature in kelvins. */
    public int mxtmt() {
        return page.getUnsignedShortLE(base + MXTMT_OFFSET);
    }

    public IdentifyController mxtmt(int value) {
        Fields.putU16(page, base + MXTMT_OFFSET, value);
        return this;
    }

    /** Sanitize capabilities: {@code SANICAP_} bits, NODMMAS in bits 31:30. */
    public long sanicap() {
        return page.getUnsignedIntLE(base + SANICAP_OFFSET);
    }

    public IdentifyController sanicap(long value) {
        Fields.putU32(page, base + SANICAP_OFFSET, value);
        return this;
    }

    /** Largest NVM set identifier. */
    public int nsetidmax() {
        return page.getUnsignedShortLE(base + NSETIDMAX_OFFSET);
    }

    public IdentifyController nsetidmax(int value) {
        Fields.putU16(page, base + NSETIDMAX_OFFSET, value);
        return this;
    }

    /** Largest endurance group identifier. */
    public int endgidmax() {
        return page.getUnsignedShortLE(base + ENDGIDMAX_OFFSET);
    }

    public IdentifyController endgidmax(int value) {
        Fields.putU16(page, base + ENDGIDMAX_OFFSET, value);
        return this;
    }

    /** Longest time in the ANA change state in seconds. */
    public int anatt() {
        return page.getUnsignedByte(base + ANATT_OFFSET);
    }

    public IdentifyController anatt(int value) {
        Fields.putU8(page, base + ANATT_OFFSET, value);
        return this;
    }

    /** Asymmetric namespace access: {@code ANACAP_} bits. */
    public int anacap() {
        return page.getUnsignedByte(base + ANACAP_OFFSET);
    }

    public IdentifyController anacap(int value) {
        Fields.putU8(page, base + ANACAP_OFFSET, value);
        return this;
    }

    /** Largest ANA group identifier. */
    public long anagrpmax() {
        return page.getUnsignedIntLE(base + ANAGRPMAX_OFFSET);
    }

    public IdentifyController anagrpmax(long value) {
        Fields.putU32(page, base + ANAGRPMAX_OFFSET, value);
        return this;
    }

    /** Number of ANA group identifiers. */
    public long nanagrpid() {
        return page.getUnsignedIntLE(base + NANAGRPID_OFFSET);
    }

    public IdentifyController nanagrpid(long value) {
        Fields.putU32(page, base + NANAGRPID_OFFSET, value);
        return this;
    }

    /** Persistent event log size in units of 64 KiB. */
    public long pels() {
        return page.getUnsignedIntLE(base + PELS_OFFSET);
    }

    public IdentifyController pels(long value) {
        Fields.putU32(page, base + PELS_OFFSET, value);
        return this;
    }

    /** Domain identifier. */
    public int domainid() {
        return page.getUnsignedShortLE(base + DOMAINID_OFFSET);
    }

    public IdentifyController domainid(int value) {
        Fields.putU16(page, base + DOMAINID_OFFSET, value);
        return this;
    }

    /** Submission queue entry size, powers of two: largest in bits 7:4, required in 3:0. */
    public int sqes() {
        return page.getUnsignedByte(base + SQES_OFFSET);
    }

    public IdentifyController sqes(int value) {
        Fields.putU8(page, base + SQES_OFFSET, value);
        return this;
    }

    /** Completion queue entry size, powers of two: largest in bits 7:4, required in 3:0. */
    public int cqes() {
        return page.getUnsignedByte(base + CQES_OFFSET);
    }

    public IdentifyController cqes(int value) {
        Fields.putU8(page, base + CQES_OFFSET, value);
        return this;
    }

    /** Commands outstanding per queue; not 0 over fabrics. */
    public int maxcmd() {
        return page.getUnsignedShortLE(base + MAXCMD_OFFSET);
    }

    public IdentifyController maxcmd(int value) {
        Fields.putU16(page, base + MAXCMD_OFFSET, value);
        return this;
    }

    /** Largest valid NSID. */
    public long nn() {
        return page.getUnsignedIntLE(base + NN_OFFSET);
    }

    public IdentifyController nn(long value) {
        Fields.putU32(page, base + NN_OFFSET, value);
        return this;
    }

    /** Optional I/O commands: {@code ONCS_} bits. */
    public int oncs() {
        return page.getUnsignedShortLE(base + ONCS_OFFSET);
    }

    public IdentifyController oncs(int value) {
        Fields.putU16(page, base + ONCS_OFFSET, value);
        return this;
    }

    /** Fused operations: {@code FUSES_} bits. */
    public int fuses() {
        return page.getUnsignedShortLE(base + FUSES_OFFSET);
    }

    public IdentifyController fuses(int value) {
        Fields.putU16(page, base + FUSES_OFFSET, value);
        return this;
    }

    /** Format NVM attributes: {@code FNA_} bits. */
    public int fna() {
        return page.getUnsignedByte(base + FNA_OFFSET);
    }

    public IdentifyController fna(int value) {
        Fields.putU8(page, base + FNA_OFFSET, value);
        return this;
    }

    /** Volatile write cache: {@code VWC_} bits. */
    public int vwc() {
        return page.getUnsignedByte(base + VWC_OFFSET);
    }

    public IdentifyController vwc(int value) {
        Fields.putU8(page, base + VWC_OFFSET, value);
        return this;
    }

    /** Atomic write unit in normal operation in logical blocks, 0's based. */
    public int awun() {
        return page.getUnsignedShortLE(base + AWUN_OFFSET);
    }

    public IdentifyController awun(int value) {
        Fields.putU16(page, base + AWUN_OFFSET, value);
        return this;
    }

    /** Atomic write unit at power failure in logical blocks, 0's based. */
    public int awupf() {
        return page.getUnsignedShortLE(base + AWUPF_OFFSET);
    }

    public IdentifyController awupf(int value) {
        Fields.putU16(page, base + AWUPF_OFFSET, value);
        return this;
    }

    /** Vendor specific I/O commands: {@code ICSVSCC_} bits. */
    public int icsvscc() {
        return page.getUnsignedByte(base + ICSVSCC_OFFSET);
    }

    public IdentifyController icsvscc(int value) {
        Fields.putU8(page, base + ICSVSCC_OFFSET, value);
        return this;
    }

    /** Namespace write protection: {@code NWPC_} bits. */
    public int nwpc() {
        return page.getUnsignedByte(base + NWPC_OFFSET);
    }

    public IdentifyController nwpc(int value) {
        Fields.putU8(page, base + NWPC_OFFSET, value);
        return this;
    }

    /** Atomic unit of a fused Compare and Write in logical blocks, 0's based. */
    public int acwu() {
        return page.getUnsignedShortLE(base + ACWU_OFFSET);
    }

    public IdentifyController acwu(int value) {
        Fields.putU16(page, base + ACWU_OFFSET, value);
        return this;
    }

    /** Copy descriptor formats: {@code CDFS_} bits (OCFS in older revisions). */
    public int cdfs() {
        return page.getUnsignedShortLE(base + CDFS_OFFSET);
    }

    public IdentifyController cdfs(int value) {
        Fields.putU16(page, base + CDFS_OFFSET, value);
        return this;
    }

    /** SGL support: {@code SGLS_} bits. */
    public long sgls() {
        return page.getUnsignedIntLE(base + SGLS_OFFSET);
    }

    public IdentifyController sgls(long value) {
        Fields.putU32(page, base + SGLS_OFFSET, value);
        return this;
    }

    /** Largest number of namespaces that the controller can have; 0: see NN. */
    public long mnan() {
        return page.getUnsignedIntLE(base + MNAN_OFFSET);
    }

    public IdentifyController mnan(long value) {
        Fields.putU32(page, base + MNAN_OFFSET, value);
        return this;
    }

    /** Largest number of namespace attachments in the domain; 0: no limit. */
    public long maxdna() {
        return Fields.u128(page, base + MAXDNA_OFFSET);
    }

    public IdentifyController maxdna(long value) {
        Fields.putU128(page, base + MAXDNA_OFFSET, value);
        return this;
    }

    /** Largest number of namespaces attached to this controller; 0: no limit. */
    public long maxcna() {
        return page.getUnsignedIntLE(base + MAXCNA_OFFSET);
    }

    public IdentifyController maxcna(long value) {
        Fields.putU32(page, base + MAXCNA_OFFSET, value);
        return this;
    }

    /** Subsystem NQN; at most 223 bytes of UTF-8. */
    public String subnqn() {
        return Fields.nqn(page, base + SUBNQN_OFFSET);
    }

    public IdentifyController subnqn(String value) {
        Fields.putNqn(page, base + SUBNQN_OFFSET, value);
        return this;
    }

    /** I/O queue command capsule size in units of 16 bytes, from 4: 64 + in-capsule data. */
    public long ioccsz() {
        return page.getUnsignedIntLE(base + IOCCSZ_OFFSET);
    }

    public IdentifyController ioccsz(long value) {
        Fields.putU32(page, base + IOCCSZ_OFFSET, value);
        return this;
    }

    /** I/O queue response capsule size in units of 16 bytes, from 1. */
    public long iorcsz() {
        return page.getUnsignedIntLE(base + IORCSZ_OFFSET);
    }

    public IdentifyController iorcsz(long value) {
        Fields.putU32(page, base + IORCSZ_OFFSET, value);
        return this;
    }

    /** In-capsule data offset after the SQE in units of 16 bytes; 0 for TCP. */
    public int icdoff() {
        return page.getUnsignedShortLE(base + ICDOFF_OFFSET);
    }

    public IdentifyController icdoff(int value) {
        Fields.putU16(page, base + ICDOFF_OFFSET, value);
        return this;
    }

    /** Fabrics controller attributes: {@code FCATT_} bits. */
    public int fcatt() {
        return page.getUnsignedByte(base + FCATT_OFFSET);
    }

    public IdentifyController fcatt(int value) {
        Fields.putU8(page, base + FCATT_OFFSET, value);
        return this;
    }

    /** Most SGL data block descriptors in a capsule. */
    public int msdbd() {
        return page.getUnsignedByte(base + MSDBD_OFFSET);
    }

    public IdentifyController msdbd(int value) {
        Fields.putU8(page, base + MSDBD_OFFSET, value);
        return this;
    }

    /** Optional fabrics commands: {@code OFCS_} bits. */
    public int ofcs() {
        return page.getUnsignedShortLE(base + OFCS_OFFSET);
    }

    public IdentifyController ofcs(int value) {
        Fields.putU16(page, base + OFCS_OFFSET, value);
        return this;
    }

    /** Discovery controller type: {@code DCTYPE_} values; 0: not reported. */
    public int dctype() {
        return page.getUnsignedByte(base + DCTYPE_OFFSET);
    }

    public IdentifyController dctype(int value) {
        Fields.putU8(page, base + DCTYPE_OFFSET, value);
        return this;
    }

    /** Power state 0: maximum power in units of 0.01 W. */
    public int mp() {
        return page.getUnsignedShortLE(base + MP_OFFSET);
    }

    public IdentifyController mp(int value) {
        Fields.putU16(page, base + MP_OFFSET, value);
        return this;
    }

    /** Power state 0: {@code PSD_FLAGS_} bits. */
    public int psdFlags() {
        return page.getUnsignedByte(base + PSDFLAGS_OFFSET);
    }

    public IdentifyController psdFlags(int value) {
        Fields.putU8(page, base + PSDFLAGS_OFFSET, value);
        return this;
    }

    /** Power state 0: entry latency in microseconds. */
    public long enlat() {
        return page.getUnsignedIntLE(base + ENLAT_OFFSET);
    }

    public IdentifyController enlat(long value) {
        Fields.putU32(page, base + ENLAT_OFFSET, value);
        return this;
    }

    /** Power state 0: exit latency in microseconds. */
    public long exlat() {
        return page.getUnsignedIntLE(base + EXLAT_OFFSET);
    }

    public IdentifyController exlat(long value) {
        Fields.putU32(page, base + EXLAT_OFFSET, value);
        return this;
    }
}
