/* The system control block, debug, DWT and FPU (DDI 0403, B3.2, C1). */
#include <unicorn/unicorn.h>
#include "machine.h"

enum { VECTKEY = 0x05fa, SYSRESETREQ = 4 };
enum { PENDSTCLR = 1 << 25, PENDSTSET = 1 << 26, PENDSVCLR = 1 << 27, PENDSVSET = 1 << 28 };

static u32 icsr(void) {
	u32 active = get(UC_ARM_REG_IPSR) & 0x1ff, next = (u32)next_pending();
	int count = 0;
	bool hasIrq = false;
	for (int i = 1; i < EXCEPTION_COUNT; i++) {
		count += is_active[i];
		hasIrq |= i >= EXCEPTION_IRQ && is_pending[i];
	}
	return active | (count <= 1 ? 1u << 11 : 0) | next << 12 | (hasIrq ? 1u << 22 : 0) |
		(is_pending[EXCEPTION_SYSTICK] ? PENDSTSET : 0) | (is_pending[EXCEPTION_PENDSV] ? PENDSVSET : 0);
}

static u32 shcsr(u32 stored) {
	static const struct { int bit, exception; } ACTIVE[] = { { 0, 4 }, { 1, 5 }, { 3, 6 }, { 7, 11 }, { 10, 14 }, { 11, 15 } };
	static const struct { int bit, exception; } PENDED[] = { { 12, 6 }, { 13, 4 }, { 14, 5 }, { 15, 11 } };
	stored &= 7u << 16;
	for (int i = 0; i < 6; i++) stored |= (u32)is_active[ACTIVE[i].exception] << ACTIVE[i].bit;
	for (int i = 0; i < 4; i++) stored |= (u32)is_pending[PENDED[i].exception] << PENDED[i].bit;
	return stored;
}

u32 scb_read(int unit, int name, u32 stored) {
	(void)unit;
	if (name == SCB_ICSR) return icsr();
	if (name == SCB_SHCSR) return shcsr(stored);
	return stored;
}

static void icsr_write(u32 written) {
	if (written & PENDSTCLR) unpend(EXCEPTION_SYSTICK);
	if (written & PENDSTSET) pend(EXCEPTION_SYSTICK);
	if (written & PENDSVCLR) unpend(EXCEPTION_PENDSV);
	if (written & PENDSVSET) pend(EXCEPTION_PENDSV);
	if (written & 1u << 31) pend(EXCEPTION_NMI);
}

void scb_write(int unit, int name, u32 before, u32 written) {
	(void)unit, (void)before;
	switch (name) {
	case SCB_ICSR: icsr_write(written); break;
	case SCB_AIRCR:
		REG(SCB, SCB_AIRCR) = 0xfa050000 | (written & 0x700);
		if (written >> 16 != VECTKEY) fail_access("without VECTKEY 0x05fa");
		else if (written & 3) fail_access("VECTRESET and VECTCLRACTIVE are for debuggers");
		else if (written & SYSRESETREQ) request_reset(CAUSE_SYST);
		break;
	case SCB_SCR:
		if (written & 4) fail_access("SLEEPDEEP is not modelled");
		break;
	case SCB_CCR:
		if (written & 0x18) fail_access("traps on division and alignment are not modelled");
		else if (!(written & 0x200)) fail_access("STKALIGN 0 is not modelled");
		break;
	case SCB_VTOR:
		/* 153 vectors: a table of 1 KB. */
		if (written & 0x3ff) fail_access("a table of 153 vectors is aligned to 1024 bytes");
		break;
	case SCB_CPACR:
		if ((written >> 20 & 3) != (written >> 22 & 3)) fail_access("CP10 and CP11 differ");
		careful = (written >> 20 & 15) == 15 ? careful & ~(unsigned)CAREFUL_FP : careful | CAREFUL_FP;
		break;
	}
	exceptions_changed();
	attend();
}

/* ---- DWT: the counter of cycles; a debugger is not there. */

enum { TRCENA = 1 << 24, CYCCNTENA = 1 };
static u64 counted_from;

static bool counts(void) { return REG(DEBUG, DEBUG_DEMCR) & TRCENA && REG(DWT, DWT_CTRL) & CYCCNTENA; }

static u32 count(void) { return REG(DWT, DWT_CYCCNT) + (counts() ? (u32)(cycles - counted_from) : 0); }

u32 dwt_read(int unit, int name, u32 stored) {
	(void)unit;
	return name == DWT_CYCCNT ? count() : stored;
}

/* What was counted until a change is kept. `wrote` is what the change left in CYCCNT. */
static void count_on(u32 value) {
	REG(DWT, DWT_CYCCNT) = value;
	counted_from = cycles;
}

void dwt_write(int unit, int name, u32 before, u32 written) {
	(void)unit, (void)written;
	if (!(REG(DEBUG, DEBUG_DEMCR) & TRCENA)) {
		fail_access("DWT has no clock without DEMCR.TRCENA");
		return;
	}
	if (name == DWT_CTRL && (before ^ REG(DWT, DWT_CTRL)) & CYCCNTENA) {
		u32 kept = REG(DWT, DWT_CYCCNT) + (before & CYCCNTENA ? (u32)(cycles - counted_from) : 0);
		count_on(kept);
	} else if (name == DWT_CYCCNT) count_on(REG(DWT, DWT_CYCCNT));
}

void debug_write(int unit, int name, u32 before, u32 written) {
	(void)unit;
	if (name != DEBUG_DEMCR) return;
	if (written & ~(u32)TRCENA) fail_access("no debugger is there: only TRCENA is modelled");
	bool ran = before & TRCENA && REG(DWT, DWT_CTRL) & CYCCNTENA;
	count_on(REG(DWT, DWT_CYCCNT) + (ran ? (u32)(cycles - counted_from) : 0));
}

/* ---- FPU */

void fpu_write(int unit, int name, u32 before, u32 written) {
	(void)unit, (void)before;
	if (name == FPU_FPCCR && !(written & 1u << 31)) fail_access("frames without FP state (ASPEN 0) are not modelled");
	if (name == FPU_FPDSCR && written != 0) fail_access("other FP defaults than 0 are not modelled");
}
