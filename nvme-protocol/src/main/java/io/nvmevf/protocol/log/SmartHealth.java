package io.nvmevf.protocol.log;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.Objects;

/**
 * SMART / Health Information, LID 02h (NVMe Base 2.1 §5.1.12.1.3). Counters of 128 bits stop at 2^63-1 here.
 *
 * <pre>
 *    0 cw   1 ctemp   3 avsp avspt pused egcws
 *   32 dur   48 duw   64 hrc   80 hwc   96 cbt   112 pwrc   128 poh   144 upl   160 mdie   176 neile
 *  192 wctt   196 cctt   200 tsen[8]   216 tmt1tc tmt2tc tttmt1 tttmt2
 * </pre>
 */
public final class SmartHealth {
    /** Size in bytes. */
    public static final int SIZE = 512;

    public static final int CW_OFFSET = 0;
    public static final int CTEMP_OFFSET = 1;
    public static final int AVSP_OFFSET = 3;
    public static final int AVSPT_OFFSET = 4;
    public static final int PUSED_OFFSET = 5;
    public static final int EGCWS_OFFSET = 6;
    public static final int DUR_OFFSET = 32;
    public static final int DUW_OFFSET = 48;
    public static final int HRC_OFFSET = 64;
    public static final int HWC_OFFSET = 80;
    public static final int CBT_OFFSET = 96;
    public static final int PWRC_OFFSET = 112;
    public static final int POH_OFFSET = 128;
    public static final int UPL_OFFSET = 144;
    public static final int MDIE_OFFSET = 160;
    public static final int NEILE_OFFSET = 176;
    public static final int WCTT_OFFSET = 192;
    public static final int CCTT_OFFSET = 196;
    public static final int TSEN_OFFSET = 200;
    /** How many entries {@link #tsen(int)} has. */
    public static final int TSEN_COUNT = 8;

    public static final int TMT1TC_OFFSET = 216;
    public static final int TMT2TC_OFFSET = 220;
    public static final int TTTMT1_OFFSET = 224;
    public static final int TTTMT2_OFFSET = 228;

    /** The available spare is below its threshold. */
    public static final int CW_SPARE = 1 << 0;
    /** A temperature is outside its thresholds. */
    public static final int CW_TEMPERATURE = 1 << 1;
    /** The reliability is degraded. */
    public static final int CW_RELIABILITY = 1 << 2;
    /** All media are read only. */
    public static final int CW_READ_ONLY = 1 << 3;
    /** The volatile memory backup device has failed. */
    public static final int CW_VOLATILE_BACKUP = 1 << 4;
    /** The persistent memory region is read only or unreliable. */
    public static final int CW_PMR = 1 << 5;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public SmartHealth(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public SmartHealth(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Critical warning: {@code CW_} bits. */
    public int cw() {
        return page.getUnsignedByte(base + CW_OFFSET);
    }

    public SmartHealth cw(int value) {
        Fields.putU8(page, base + CW_OFFSET, value);
        return this;
    }

    /** Composite temperature in kelvins. */
    public int ctemp() {
        return page.getUnsignedShortLE(base + CTEMP_OFFSET);
    }

    public SmartHealth ctemp(int value) {
        Fields.putU16(page, base + CTEMP_OFFSET, value);
        return this;
    }

    /** Available spare in percent, 0 to 100. */
    public int avsp() {
        return page.getUnsignedByte(base + AVSP_OFFSET);
    }

    public SmartHealth avsp(int value) {
        Fields.putU8(page, base + AVSP_OFFSET, value);
        return this;
    }

    /** Available spare threshold in percent, 0 to 100. */
    public int avspt() {
        return page.getUnsignedByte(base + AVSPT_OFFSET);
    }

    public SmartHealth avspt(int value) {
        Fields.putU8(page, base + AVSPT_OFFSET, value);
        return this;
    }

    /** Percentage used, 0 to 255. */
    public int pused() {
        return page.getUnsignedByte(base + PUSED_OFFSET);
    }

    public SmartHealth pused(int value) {
        Fields.putU8(page, base + PUSED_OFFSET, value);
        return this;
    }

    /** Endurance group critical warning summary. */
    public int egcws() {
        return page.getUnsignedByte(base + EGCWS_OFFSET);
    }

    public SmartHealth egcws(int value) {
        Fields.putU8(page, base + EGCWS_OFFSET, value);
        return this;
    }

    /** Data units read: 1000 times 512 bytes, rounded up. */
    public long dur() {
        return Fields.u128(page, base + DUR_OFFSET);
    }

    public SmartHealth dur(long value) {
        Fields.putU128(page, base + DUR_OFFSET, value);
        return this;
    }

    /** Data units written: 1000 times 512 bytes, rounded up. */
    public long duw() {
        return Fields.u128(page, base + DUW_OFFSET);
    }

    public SmartHealth duw(long value) {
        Fields.putU128(page, base + DUW_OFFSET, value);
        return this;
    }

    /** Host read commands. */
    public long hrc() {
        return Fields.u128(page, base + HRC_OFFSET);
    }

    public SmartHealth hrc(long value) {
        Fields.putU128(page, base + HRC_OFFSET, value);
        return this;
    }

    /** Host write commands. */
    public long hwc() {
        return Fields.u128(page, base + HWC_OFFSET);
    }

    public SmartHealth hwc(long value) {
        Fields.putU128(page, base + HWC_OFFSET, value);
        return this;
    }

    /** Controller busy time in minutes. */
    public long cbt() {
        return Fields.u128(page, base + CBT_OFFSET);
    }

    public SmartHealth cbt(long value) {
        Fields.putU128(page, base + CBT_OFFSET, value);
        return this;
    }

    /** Power cycles. */
    public long pwrc() {
        return Fields.u128(page, base + PWRC_OFFSET);
    }

    public SmartHealth pwrc(long value) {
        Fields.putU128(page, base + PWRC_OFFSET, value);
        return this;
    }

    /** Power-on hours. */
    public long poh() {
        return Fields.u128(page, base + POH_OFFSET);
    }

    public SmartHealth poh(long value) {
        Fields.putU128(page, base + POH_OFFSET, value);
        return this;
    }

    /** Unexpected power losses. */
    public long upl() {
        return Fields.u128(page, base + UPL_OFFSET);
    }

    public SmartHealth upl(long value) {
        Fields.putU128(page, base + UPL_OFFSET, value);
        return this;
    }

    /** Media and data integrity errors. */
    public long mdie() {
        return Fields.u128(page, base + MDIE_OFFSET);
    }

    public SmartHealth mdie(long value) {
        Fields.putU128(page, base + MDIE_OFFSET, value);
        return this;
    }

    /** Error information log entries over the life of the controller. */
    public long neile() {
        return Fields.u128(page, base + NEILE_OFFSET);
    }

    public SmartHealth neile(long value) {
        Fields.putU128(page, base + NEILE_OFFSET, value);
        return this;
    }

    /** Minutes at or above WCTEMP and below CCTEMP. */
    public long wctt() {
        return page.getUnsignedIntLE(base + WCTT_OFFSET);
    }

    public SmartHealth wctt(long value) {
        Fields.putU32(page, base + WCTT_OFFSET, value);
        return this;
    }

    /** Minutes at or above CCTEMP. */
    public long cctt() {
        return page.getUnsignedIntLE(base + CCTT_OFFSET);
    }

    public SmartHealth cctt(long value) {
        Fields.putU32(page, base + CCTT_OFFSET, value);
        return this;
    }

    /** Temperature of sensor {@code n} + 1 in kelvins; 0: no such sensor. */
    public int tsen(int n) {
        return page.getUnsignedShortLE(base + TSEN_OFFSET + Objects.checkIndex(n, TSEN_COUNT) * 2);
    }

    public SmartHealth tsen(int n, int value) {
        Fields.putU16(page, base + TSEN_OFFSET + Objects.checkIndex(n, TSEN_COUNT) * 2, value);
        return this;
    }

    /** Transitions to thermal management temperature 1. */
    public long tmt1tc() {
        return page.getUnsignedIntLE(base + TMT1TC_OFFSET);
    }

    public SmartHealth tmt1tc(long value) {
        Fields.putU32(page, base + TMT1TC_OFFSET, value);
        return this;
    }

    /** Transitions to thermal management temperature 2. */
    public long tmt2tc() {
        return page.getUnsignedIntLE(base + TMT2TC_OFFSET);
    }

    public SmartHealth tmt2tc(long value) {
        Fields.putU32(page, base + TMT2TC_OFFSET, value);
        return this;
    }

    /** Seconds in thermal management temperature 1. */
    public long tttmt1() {
        return page.getUnsignedIntLE(base + TTTMT1_OFFSET);
    }

    public SmartHealth tttmt1(long value) {
        Fields.putU32(page, base + TTTMT1_OFFSET, value);
        return this;
    }

    /** Seconds in thermal management temperature 2. */
    public long tttmt2() {
        return page.getUnsignedIntLE(base + TTTMT2_OFFSET);
    }

    public SmartHealth tttmt2(long value) {
        Fields.putU32(page, base + TTTMT2_OFFSET, value);
        return this;
    }
}
