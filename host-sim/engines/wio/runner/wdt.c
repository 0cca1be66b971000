/* WDT: counts its clock of 1.024 kHz from OSCULP32K, and resets the chip when it is not cleared. */
#include "machine.h"

enum { ENABLE = 2, WEN = 4, ALWAYSON = 0x80, KEY = 0xa5, PER_MAX = 11 };
enum { TIMEOUT = EVENT_A, EARLY_WARNING = EVENT_B };

static u64 clocks(u32 count) { return (8ull << count) * PS_PER_SECOND / 1024; }

static void restart(int unit) {
	u32 period = REG(unit, WDT_CONFIG) & 15, offset = REG(unit, WDT_EWCTRL) & 15;
	schedule(unit, TIMEOUT, now() + clocks(period));
	if (offset < period) schedule(unit, EARLY_WARNING, now() + clocks(offset));
}

static void update(int unit) { set_line(units[unit].interrupt, REG(unit, WDT_INTFLAG) & REG(unit, WDT_INTENSET)); }

void wdt_write(int unit, int name, u32 before, u32 written) {
	u32 control = REG(unit, WDT_CTRLA);
	if (name == WDT_CTRLA) {
		if (before & ALWAYSON && control != before) fail_access("ALWAYSON is set: CTRLA stays until the next power-on");
		else if (control & WEN) fail_access("the window mode is not modelled");
		else if (control & ENABLE && (REG(unit, WDT_CONFIG) & 15) > PER_MAX) fail_access("PER %u is reserved", REG(unit, WDT_CONFIG) & 15);
		else if (control & (ENABLE | ALWAYSON) && !(before & (ENABLE | ALWAYSON))) restart(unit);
		else if (!(control & (ENABLE | ALWAYSON))) cancel(unit, TIMEOUT), cancel(unit, EARLY_WARNING);
	} else if (name == WDT_CLEAR) {
		/* "Writing any other value than 0xA5 … will issue an immediate system reset". */
		if (control & (ENABLE | ALWAYSON)) {
			if ((written & 0xff) == KEY) restart(unit);
			else request_reset(CAUSE_WDT);
		}
	}
	update(unit);
}

void wdt_event(int unit, int which, u64 at) {
	(void)at;
	if (which == TIMEOUT) request_reset(CAUSE_WDT);
	if (which == EARLY_WARNING) REG(unit, WDT_INTFLAG) |= 1;
	update(unit);
}

/* Its clock is slow: two to three periods. */
u64 wdt_sync_time(int unit, int name) {
	(void)unit, (void)name;
	return 3 * PS_PER_SECOND / 1024;
}
