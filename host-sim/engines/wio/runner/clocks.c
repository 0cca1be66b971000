/* Oscillators, generators and peripheral channels: OSCCTRL, GCLK, MCLK. */
#include "machine.h"

/* GENCTRL.SRC */
enum { SRC_XOSC0, SRC_XOSC1, SRC_GCLKIN, SRC_GCLKGEN1, SRC_OSCULP32K, SRC_XOSC32K, SRC_DFLL, SRC_DPLL0, SRC_DPLL1, SOURCES };
enum { GENERATORS = 12 };
enum { GENEN = 1 << 8, DIVSEL = 1 << 12, CHEN = 1 << 6, WRTLOCK = 1 << 7 };
enum { ENABLE = 2, ONDEMAND = 0x80 };
enum { DFLL_HZ = 48000000, OSCULP32K_HZ = 32768 };
enum { CPU_MAX_HZ = 120000000, DPLL_MIN_HZ = 96000000, DPLL_MAX_HZ = 200000000, REF_MIN_HZ = 32000, REF_MAX_HZ = 3200000 };
/* DPLLCTRLB */
enum { LBYPASS = 1 << 11 };
/* Start-up of the open loop and lock of the loops ("Electrical Characteristics"): orders of magnitude. */
#define DFLL_START (10 * PS_PER_US)
#define DPLL_LOCK (25 * PS_PER_US)

static bool dfll_is_ready, dfll_starts, dpll_is_locked[2];
static u32 dpll_hz[2];
static u64 dpll_lock_at[2] = { NEVER, NEVER };
static bool is_updating;

static u32 genctrl(int generator) { return values[units[GCLK].first + GCLK_GENCTRL0 + generator]; }

static u32 source_hz(u32 source) {
	switch (source) {
	case SRC_GCLKGEN1: return generator_hz(1);
	case SRC_OSCULP32K: return OSCULP32K_HZ;
	case SRC_DFLL: return dfll_is_ready ? DFLL_HZ : 0;
	case SRC_DPLL0: return dpll_is_locked[0] ? dpll_hz[0] : 0;
	case SRC_DPLL1: return dpll_is_locked[1] ? dpll_hz[1] : 0;
	default: return 0; /* no crystal and no clock from outside is on the board for these */
	}
}

u32 generator_hz(int generator) {
	u32 control = genctrl(generator), divisor = control >> 16;
	if (!(control & GENEN) || (generator == 1 && (control & 15) == SRC_GCLKGEN1)) return 0;
	u64 by = control & DIVSEL ? 2ull << (divisor > 30 ? 30 : divisor) : divisor == 0 ? 1 : divisor;
	return (u32)(source_hz(control & 15) / by);
}

u32 channel_hz(int channel) {
	u32 control = values[units[GCLK].first + GCLK_PCHCTRL0 + channel];
	return control & CHEN && (control & 15) < GENERATORS ? generator_hz(control & 15) : 0;
}

static bool is_requested(u32 source) {
	for (int i = 0; i < GENERATORS; i++)
		if (genctrl(i) & GENEN && (genctrl(i) & 15) == source) return true;
	return false;
}

/* A loop runs when it is enabled and, with ONDEMAND, a generator wants it. */
static bool should_run(u32 control, u32 source) {
	return control & ENABLE && (!(control & ONDEMAND) || is_requested(source));
}

static u32 dpll_control(int index, int name) {
	return values[units[OSCCTRL].first + name + index * (OSCCTRL_DPLL1_DPLLCTRLA - OSCCTRL_DPLL0_DPLLCTRLA)];
}

/* f = fref * (LDR + 1 + LDRFRAC / 32) ("Digital Phase Locked Loop"). */
static u32 dpll_target(int index) {
	u32 reference = channel_hz(1 + index);
	u32 ratio = dpll_control(index, OSCCTRL_DPLL0_DPLLRATIO), control = dpll_control(index, OSCCTRL_DPLL0_DPLLCTRLB);
	if (control >> 5 & 7) {
		fail_access("DPLL%d: no reference but GCLK is on this board (REFCLK 0)", index);
		return 0;
	}
	if (reference == 0) return 0;
	u64 hz = (u64)reference * (32 * ((ratio & 0x1fff) + 1) + (ratio >> 16)) / 32;
	if (reference < REF_MIN_HZ || reference > REF_MAX_HZ)
		fail_access("DPLL%d's reference of %u Hz is not within %d to %d Hz", index, reference, REF_MIN_HZ, REF_MAX_HZ);
	else if (hz < DPLL_MIN_HZ || hz > DPLL_MAX_HZ)
		fail_access("DPLL%d's %llu Hz are not within %d to %d Hz", index, (unsigned long long)hz, DPLL_MIN_HZ, DPLL_MAX_HZ);
	else if (!(control & LBYPASS))
		fail_access("DPLL%d may lose its lock and stop its clock without DPLLCTRLB.LBYPASS (erratum)", index);
	return (u32)hz;
}

static void update_sources(void) {
	if (!should_run(REG(OSCCTRL, OSCCTRL_DFLLCTRLA), SRC_DFLL)) {
		dfll_is_ready = false;
		cancel(OSCCTRL, EVENT_A);
	} else if (!dfll_is_ready && !dfll_starts) {
		dfll_starts = true;
		schedule(OSCCTRL, EVENT_A, now() + DFLL_START);
	}
	if (!should_run(REG(OSCCTRL, OSCCTRL_DFLLCTRLA), SRC_DFLL)) dfll_starts = false;
	for (int i = 0; i < 2; i++) {
		bool runs = should_run(dpll_control(i, OSCCTRL_DPLL0_DPLLCTRLA), SRC_DPLL0 + (u32)i);
		u32 hz = runs ? dpll_target(i) : 0;
		if (hz == dpll_hz[i]) continue;
		dpll_hz[i] = hz;
		dpll_is_locked[i] = false;
		if (hz != 0) dpll_lock_at[i] = now() + DPLL_LOCK;
		else dpll_lock_at[i] = NEVER;
		u64 first = dpll_lock_at[0] < dpll_lock_at[1] ? dpll_lock_at[0] : dpll_lock_at[1];
		if (first == NEVER) cancel(OSCCTRL, EVENT_B);
		else schedule(OSCCTRL, EVENT_B, first);
	}
}

/* NVMCTRL.CTRLA.RWS: the highest frequency for each number of wait states, above 2.7 V. */
static const u32 WAIT_STATES_HZ[] = { 24000000, 51000000, 77000000, 101000000, 119000000, 120000000 };

static void update_cpu(void) {
	u32 hz = generator_hz(0) / REG(MCLK, MCLK_CPUDIV);
	if (hz == 0) {
		fail_access("the CPU's clock stops: generator 0 has no source that runs");
		return;
	}
	if (hz > CPU_MAX_HZ) fail_access("the CPU's clock would be %u Hz, at most %d", hz, CPU_MAX_HZ);
	u32 states = REG(NVMCTRL, NVMCTRL_CTRLA) >> 8 & 15;
	bool isAutomatic = REG(NVMCTRL, NVMCTRL_CTRLA) & 4;
	if (!isAutomatic && states < 5 && hz > WAIT_STATES_HZ[states])
		fail_access("flash with %u wait states takes %u Hz, but the CPU runs with %u", states, WAIT_STATES_HZ[states], hz);
	set_cpu_hz(hz);
}

void clocks_update(void) {
	if (is_updating || has_ended) return;
	is_updating = true;
	update_sources();
	if (!has_ended) update_cpu();
	is_updating = false;
	bus_clocks_changed();
}

/* The lines of MCLK and OSCCTRL. */
static void set_interrupts(int unit) {
	u32 flags = 0;
	if (unit == MCLK) flags = REG(MCLK, MCLK_INTENSET) & REG(MCLK, MCLK_INTFLAG);
	if (unit == OSCCTRL) {
		flags = REG(OSCCTRL, OSCCTRL_INTENSET) & REG(OSCCTRL, OSCCTRL_INTFLAG);
		/* OSCCTRL_XOSC0, XOSC1, DFLL, DPLL0, DPLL1 */
		static const u32 bits[] = { 0x5, 0xa, 0x1f00, 0xf0000, 0xf000000 };
		for (int i = 0; i < 5; i++) set_line(units[unit].interrupt + i, flags & bits[i]);
		return;
	}
	set_line(units[unit].interrupt, flags != 0);
}

/* ---- OSCCTRL */

/* STATUS as INTFLAG numbers it. */
enum { DFLLRDY = 1 << 8, DPLL0LCKR = 1 << 16 };

void oscctrl_reset(int unit) {
	(void)unit;
	dfll_is_ready = true;
	dfll_starts = false;
	for (int i = 0; i < 2; i++) dpll_is_locked[i] = false, dpll_hz[i] = 0, dpll_lock_at[i] = NEVER;
}

u32 oscctrl_read(int unit, int name, u32 stored) {
	(void)unit;
	if (name == OSCCTRL_STATUS)
		return (dfll_is_ready ? DFLLRDY : 0) | (dpll_is_locked[0] ? DPLL0LCKR : 0) | (dpll_is_locked[1] ? DPLL0LCKR << 8 : 0);
	if (name == OSCCTRL_DPLL0_DPLLSTATUS) return dpll_is_locked[0] ? 3 : 0;
	if (name == OSCCTRL_DPLL1_DPLLSTATUS) return dpll_is_locked[1] ? 3 : 0;
	return stored;
}

void oscctrl_write(int unit, int name, u32 before, u32 written) {
	(void)written;
	if (name == OSCCTRL_XOSCCTRL0 || name == OSCCTRL_XOSCCTRL1) {
		if (values[units[unit].first + name] & ENABLE) fail_access("the board has no such crystal");
	} else if (name == OSCCTRL_DFLLCTRLB && REG(OSCCTRL, OSCCTRL_DFLLCTRLB) & 1) {
		fail_access("DFLL48M in closed loop is not modelled");
	} else if (name == OSCCTRL_DFLLVAL && REG(OSCCTRL, OSCCTRL_DFLLVAL) != before) {
		fail_access("DFLL48M with another value than the factory's has no known frequency");
	} else if (name == OSCCTRL_DPLL0_DPLLCTRLB || name == OSCCTRL_DPLL1_DPLLCTRLB) {
		int control = name - (OSCCTRL_DPLL0_DPLLCTRLB - OSCCTRL_DPLL0_DPLLCTRLA);
		if (values[units[unit].first + control] & ENABLE) fail_access("it is enable-protected, and the loop is enabled");
	}
	set_interrupts(unit);
	clocks_update();
}

void oscctrl_event(int unit, int which, u64 at) {
	if (which == EVENT_A) {
		dfll_starts = false;
		dfll_is_ready = true;
		REG(OSCCTRL, OSCCTRL_INTFLAG) |= DFLLRDY;
	} else if (which == EVENT_B) {
		for (int i = 0; i < 2; i++)
			if (dpll_lock_at[i] <= at) {
				dpll_lock_at[i] = NEVER;
				dpll_is_locked[i] = true;
				REG(OSCCTRL, OSCCTRL_INTFLAG) |= DPLL0LCKR << 8 * i;
			} else if (dpll_lock_at[i] != NEVER) schedule(unit, EVENT_B, dpll_lock_at[i]);
	}
	set_interrupts(unit);
	clocks_update();
}

/* OSCCTRL's sources need no clock to be synchronised with. */
u64 oscctrl_sync_time(int unit, int name) {
	(void)unit, (void)name;
	return PS_PER_US / 2;
}

/* ---- GCLK */

void gclk_write(int unit, int name, u32 before, u32 written) {
	u32 *value = &values[units[unit].first + name];
	if (name == GCLK_CTRLA) {
		if (written & 1) unit_reset(unit);
	} else if (name < GCLK_PCHCTRL0) {
		int generator = name - GCLK_GENCTRL0;
		if ((*value & 15) >= SOURCES) fail_access("there is no source %u", *value & 15);
		/* DIV has 16 bits in generator 1, 8 in the others. */
		else if (generator != 1 && *value >> 24) fail_access("DIV has 8 bits in generator %d", generator);
	} else {
		if (before & WRTLOCK) fail_access("the channel is locked until the next reset");
		else if ((*value & 15) >= GENERATORS) fail_access("there is no generator %u", *value & 15);
		else if (before & *value & CHEN && (before ^ *value) & 15) fail_access("GEN changes while CHEN is set");
	}
	clocks_update();
}

/* A generator takes a new source when that runs. */
u64 gclk_sync_time(int unit, int name) {
	(void)unit;
	if (name < GCLK_GENCTRL0 || name >= GCLK_PCHCTRL0) return PS_PER_US;
	u32 control = genctrl(name - GCLK_GENCTRL0);
	u32 hz = control & GENEN ? source_hz(control & 15) : OSCULP32K_HZ * 16;
	return hz == 0 ? NEVER : 4 * PS_PER_SECOND / hz + 3 * PS_PER_SECOND / cpu_hz;
}

/* ---- MCLK */

void mclk_write(int unit, int name, u32 before, u32 written) {
	(void)before, (void)written;
	u32 divisor = REG(MCLK, MCLK_CPUDIV);
	if (name == MCLK_CPUDIV) {
		if (divisor == 0 || divisor & (divisor - 1)) fail_access("CPUDIV is a power of two from 1 to 128");
		else clocks_update();
	}
	if (name == MCLK_APBAMASK && !(REG(MCLK, MCLK_APBAMASK) & 4)) fail_access("MCLK would have no clock");
	set_interrupts(unit);
}
