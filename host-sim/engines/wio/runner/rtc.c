/* RTC as a counter of 32 bits ("32-Bit Counter (Mode 0)"), and OSC32KCTRL, which gives it a clock of OSCULP32K. */
#include "machine.h"

enum { SWRST = 1, ENABLE = 2, MATCHCLR = 0x80, COUNTSYNC = 1 << 15 };
/* CTRLA's bits that are enable-protected. */
enum { PROTECTED = 0x6f8c };
enum { CMP0 = 1 << 8, OVF = 1 << 15, INTERRUPTS = OVF | 3 << 8 };
/* SYNCBUSY */
enum { BUSY_ENABLE = 1, BUSY_COUNT = 3, BUSY_COMP0 = 5, BUSY_COUNTSYNC = 15 };
enum { TICK = EVENT_A };
enum { PRESCALER_MAX = 11, COMPARES = 2 };

/* What the counter itself has: a write gets there when it is synchronised. */
static struct {
	bool runs;
	u64 since;             /* when it began to run */
	u32 hz, divisor;
	u32 base;              /* its value at `since`, or while it does not run */
	u32 compare[COMPARES];
	u64 next;              /* when it is to set a flag */
} counter;
/* COUNT was written, and the counter does not have it yet. */
static bool count_is_written;

/* RTCCTRL.RTCSEL: ULP1K, ULP32K; osc32kctrl_write() refuses others. */
static u32 clock_hz(void) { return REG(OSC32KCTRL, OSC32KCTRL_RTCCTRL) & 1 ? 32768 : 1024; }

static void update(void) {
	set_line(units[RTC].interrupt, REG(RTC, RTC_INTFLAG) & REG(RTC, RTC_INTENSET));
}

void rtc_stays(void) { update(); }

static bool is_pending_bit(int bit) { return is_busy(RTC, RTC_SYNCBUSY, bit); }

static u64 ticks(u64 at) {
	if (!counter.runs) return 0;
	return (u64)((unsigned __int128)(at - counter.since) * counter.hz / ((unsigned __int128)PS_PER_SECOND * counter.divisor));
}

static u64 tick_time(u64 tick) {
	unsigned __int128 whole = (unsigned __int128)tick * PS_PER_SECOND * counter.divisor + counter.hz - 1;
	return counter.since + (u64)(whole / counter.hz);
}

/* A flag is set with the tick after the one that brought the value of COMP or the highest. */
static void plan(u64 tick) {
	u32 value = counter.base + (u32)tick, left = UINT32_MAX - value;
	for (int i = 0; i < COMPARES; i++)
		if (counter.compare[i] - value < left) left = counter.compare[i] - value;
	counter.next = counter.runs ? tick_time(tick + left + 1ull) : NEVER;
	if (counter.runs) schedule(RTC, TICK, counter.next);
	else cancel(RTC, TICK);
}

static void count_to(u64 at) {
	while (counter.next <= at) {
		u64 tick = ticks(counter.next);
		u32 last = counter.base + (u32)tick - 1, flags = last == UINT32_MAX ? OVF : 0;
		for (int i = 0; i < COMPARES; i++)
			if (last == counter.compare[i]) flags |= (u32)CMP0 << i;
		/* COMP0 is the top, then, and to pass it an overflow. */
		if (flags & CMP0 && REG(RTC, RTC_CTRLA) & MATCHCLR) {
			flags |= OVF;
			counter.base = 0u - (u32)tick;
		}
		REG(RTC, RTC_INTFLAG) |= flags;
		plan(tick);
	}
}

/* What is synchronised by then gets to the counter. */
static void take(u64 at) {
	count_to(at);
	bool isEnabled = REG(RTC, RTC_CTRLA) & ENABLE;
	if (!is_pending_bit(BUSY_ENABLE) && isEnabled != counter.runs) {
		u32 prescaler = REG(RTC, RTC_CTRLA) >> 8 & 15;
		counter.base += (u32)ticks(at);
		counter.runs = isEnabled;
		counter.since = at;
		counter.hz = clock_hz();
		/* OFF counts each period, too: it is without periodic intervals. */
		counter.divisor = prescaler == 0 ? 1 : 1u << (prescaler - 1);
	}
	if (count_is_written && !is_pending_bit(BUSY_COUNT)) {
		count_is_written = false;
		counter.base = REG(RTC, RTC_COUNT) - (u32)ticks(at);
	}
	for (int i = 0; i < COMPARES; i++)
		if (!is_pending_bit(BUSY_COMP0 + i)) counter.compare[i] = values[units[RTC].first + RTC_COMP0 + i];
	plan(ticks(at));
}

void rtc_reset(int unit) {
	(void)unit;
	counter.runs = count_is_written = false;
	counter.base = counter.compare[0] = counter.compare[1] = 0;
	counter.next = NEVER;
	update();
}

u32 rtc_read(int unit, int name, u32 stored) {
	(void)unit;
	count_to(now());
	update();
	if (name == RTC_INTFLAG) return REG(RTC, RTC_INTFLAG);
	if (name != RTC_COUNT) return stored;
	if (!(REG(RTC, RTC_CTRLA) & COUNTSYNC)) fail_access("its value is not valid without CTRLA.COUNTSYNC");
	else if (is_pending_bit(BUSY_COUNTSYNC) || is_pending_bit(BUSY_COUNT))
		fail_access("its value is not valid before bit %d of RTC.SYNCBUSY is 0", is_pending_bit(BUSY_COUNT) ? BUSY_COUNT : BUSY_COUNTSYNC);
	return counter.base + (u32)ticks(now());
}

static void check(u32 before) {
	u32 control = REG(RTC, RTC_CTRLA), changed = before ^ control, prescaler = control >> 8 & 15;
	if (control >> 2 & 3) fail_access("MODE %u is not modelled: 0, COUNT32, is", control >> 2 & 3);
	else if (control >> 13 & 3) fail_access("BKTRST and GPTRST are not modelled");
	else if (prescaler > PRESCALER_MAX) fail_access("PRESCALER %u is reserved", prescaler);
	else if (changed & PROTECTED && !(changed & ENABLE) && is_pending_bit(BUSY_ENABLE))
		fail_access("it is enable-protected, and that RTC is disabled is not synchronised: bit 1 of RTC.SYNCBUSY");
}

void rtc_write(int unit, int name, u32 before, u32 written) {
	if (name == RTC_CTRLA && written & SWRST) {
		unit_reset(unit);
		return;
	}
	if (name == RTC_CTRLA) check(before);
	if (name == RTC_COUNT) count_is_written = true;
	if (name == RTC_INTENSET && REG(RTC, RTC_INTENSET) & ~(u32)INTERRUPTS)
		fail_access("of the interrupts, CMP0, CMP1 and OVF are modelled");
	update();
}

void rtc_event(int unit, int which, u64 at) {
	(void)unit;
	if (which == EVENT_SYNC) take(at);
	else count_to(at);
	update();
}

/* Its clock is slow, and no channel's. */
u64 rtc_sync_time(int unit, int name) {
	(void)unit, (void)name;
	return 6 * PS_PER_SECOND / clock_hz() + 3 * PS_PER_SECOND / cpu_hz;
}

/* ---- OSC32KCTRL */

void osc32kctrl_write(int unit, int name, u32 before, u32 written) {
	(void)unit, (void)written;
	u32 select = REG(OSC32KCTRL, OSC32KCTRL_RTCCTRL);
	bool isOn = counter.runs || REG(RTC, RTC_CTRLA) & ENABLE;
	if (name == OSC32KCTRL_XOSC32K && REG(OSC32KCTRL, OSC32KCTRL_XOSC32K) & ENABLE)
		fail_access("the 32 kHz crystal is not modelled");
	if (name != OSC32KCTRL_RTCCTRL) return;
	if (select == 4 || select == 5) fail_access("the 32 kHz crystal is not modelled");
	else if (select > 1) fail_access("RTCSEL %u is reserved", select);
	else if (select != before && isOn) fail_access("RTC is to be disabled while its clock changes");
}
