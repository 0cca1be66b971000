/* SysTick counts the CPU's cycles down (DDI 0403, B3.3). */
#include "machine.h"

enum { ENABLE = 1, TICKINT = 2, CLKSOURCE = 4, COUNTFLAG = 1 << 16 };

/* The cycle at which the counter becomes 0 next, while it runs. */
static u64 zero_at = NEVER;

static u32 period(void) { return REG(SYSTICK, SYSTICK_RVR) + 1; }

u64 systick_next(void) { return zero_at; }

void systick_reset(int unit) {
	(void)unit;
	zero_at = NEVER;
}

void systick_due(void) {
	while (zero_at <= cycles) {
		REG(SYSTICK, SYSTICK_CSR) |= COUNTFLAG;
		if (REG(SYSTICK, SYSTICK_CSR) & TICKINT) pend(EXCEPTION_SYSTICK);
		/* With a reload value of 0 it stays at 0. */
		zero_at = period() == 1 ? NEVER : zero_at + period();
	}
}

static u32 current(void) {
	if (zero_at == NEVER) return REG(SYSTICK, SYSTICK_CVR);
	u64 left = zero_at - cycles;
	return left == period() ? 0 : (u32)left;
}

u32 systick_read(int unit, int name, u32 stored) {
	(void)unit;
	if (zero_at <= cycles) systick_due();
	if (name == SYSTICK_CVR) return current();
	if (name == SYSTICK_CSR) {
		stored = REG(SYSTICK, SYSTICK_CSR);
		REG(SYSTICK, SYSTICK_CSR) &= ~(u32)COUNTFLAG;
	}
	return stored;
}

void systick_write(int unit, int name, u32 before, u32 written) {
	(void)unit, (void)written;
	u32 csr = REG(SYSTICK, SYSTICK_CSR);
	if (name == SYSTICK_CVR) {
		/* Whatever is written: 0, and the next cycle reloads. */
		REG(SYSTICK, SYSTICK_CVR) = 0;
		REG(SYSTICK, SYSTICK_CSR) &= ~(u32)COUNTFLAG;
		zero_at = csr & ENABLE && period() > 1 ? cycles + period() : NEVER;
	} else if (name == SYSTICK_CSR) {
		if (csr & ENABLE && !(csr & CLKSOURCE)) fail_access("SysTick has no reference clock: set CLKSOURCE");
		REG(SYSTICK, SYSTICK_CSR) = (csr & ~(u32)COUNTFLAG) | (before & COUNTFLAG);
		if (csr & ENABLE && !(before & ENABLE)) {
			u32 left = REG(SYSTICK, SYSTICK_CVR);
			zero_at = left > 0 ? cycles + left : period() > 1 ? cycles + period() : NEVER;
		} else if (!(csr & ENABLE) && before & ENABLE) {
			u32 value = zero_at == NEVER ? 0 : current();
			zero_at = NEVER;
			REG(SYSTICK, SYSTICK_CVR) = value;
		}
	}
	attend();
}
