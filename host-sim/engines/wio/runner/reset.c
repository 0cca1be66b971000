/* Resets and what stays over them: RSTC, PM, SUPC, PAC, and the boot loader's part (uf2-samdx1's behaviour). */
#include <string.h>
#include "machine.h"
#include "w25q.h"

enum { APP_START = 0x4000, DOUBLE_TAP_MAGIC = 0xf01669ef };
u8 reset_request;

void request_reset(u8 cause) {
	reset_request = cause;
	attend();
}

static u32 word_at(u32 address) {
	u32 value = UINT32_MAX;
	u8 *at = memory_at(address, 4);
	if (at) memcpy(&value, at, 4);
	return value;
}

static void put_word(u32 address, u32 value) { memcpy(memory_at(address, 4), &value, 4); }

static const char *name_of(u8 cause) {
	switch (cause) {
	case CAUSE_POR: return "power";
	case CAUSE_WDT: return "watchdog";
	case CAUSE_SYST: return "system";
	default: return "external";
	}
}

/*
 * Everything but RAM, flash, RTC and its clock begins again; at power-on these two as well, and RAM holds anything.
 * Then the boot loader, without the half second in which it waits for a second tap.
 */
void machine_reset(u8 cause) {
	reset_request = 0;
	flush_lcd();
	emit("reset %llu %s", NS(now()), name_of(cause));
	if (cause == CAUSE_POR) {
		nvm_power_cut();
		w25q_power_cut();
		w25q_power_on();
		memory_power_on();
		usart_power_on();
	}
	exceptions_reset();
	bus_reset(cause == CAUSE_POR);
	rtc_stays();
	REG(RSTC, RSTC_RCAUSE) = cause;
	clocks_update();
	u32 tap = cause == CAUSE_POR ? 0 : word_at(DOUBLE_TAP);
	put_word(DOUBLE_TAP, 0);
	u32 sp = word_at(APP_START), entry = word_at(APP_START + 4);
	if (tap == DOUBLE_TAP_MAGIC) fail("the boot loader stays: the word of the double tap is set");
	else if (entry < APP_START || entry >= FLASH_SIZE || !(entry & 1))
		fail("the boot loader stays: no program at 0x4000, whose reset vector is 0x%08x", entry);
	REG(SCB, SCB_VTOR) = APP_START;
	pc = entry;
	core_reset(sp, entry);
	/* No instruction has enabled the FPU. */
	careful = CAREFUL_FP;
}

/* ---- PM */

enum { SLEEP_IDLE = 2 };

void pm_write(int unit, int name, u32 before, u32 written) {
	(void)unit, (void)before, (void)written;
	if (name == PM_SLEEPCFG && REG(PM, PM_SLEEPCFG) > SLEEP_IDLE) fail_access("no sleep but IDLE is modelled");
}

/* ---- SUPC: VREGRDY, VCORERDY; BOD33RDY when it is enabled. */

u32 supc_read(int unit, int name, u32 stored) {
	(void)unit;
	if (name == SUPC_STATUS) return 1u << 8 | 1u << 10 | (REG(SUPC, SUPC_BOD33) & 2 ? 1 : 0);
	return stored;
}

/* ---- PAC */

static u32 protection[4];

void pac_reset(int unit) {
	(void)unit;
	for (int i = 0; i < 4; i++) protection[i] = 0;
	protection[1] = 2;
}

bool pac_refuses(int unit) {
	return units[unit].bridge >= 0 && protection[(int)units[unit].bridge] & 1u << units[unit].index;
}

u32 pac_read(int unit, int name, u32 stored) {
	(void)unit;
	return name >= PAC_STATUSA && name <= PAC_STATUSD ? protection[name - PAC_STATUSA] : stored;
}

void pac_write(int unit, int name, u32 before, u32 written) {
	(void)unit, (void)before;
	u32 bridge = (written & 0xffff) / 32, bit = 1u << written % 32;
	if (name != PAC_WRCTRL) return;
	if (bridge > 3) fail_access("there is no bridge %u", bridge);
	else switch (written >> 16) {
	case 0: break;
	case 1: protection[bridge] &= ~bit; break;
	case 2: protection[bridge] |= bit; break;
	default: fail_access("KEY %u is not modelled", written >> 16);
	}
}
