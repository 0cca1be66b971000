/* Priorities and pending exceptions, and the registers of NVIC (DDI 0403, B1.5.4, B3.4). */
#include <unicorn/unicorn.h>
#include <string.h>
#include "machine.h"

enum { IRQS = EXCEPTION_COUNT - EXCEPTION_IRQ };
enum { LOWEST = 256 };

bool is_pending[EXCEPTION_COUNT], is_active[EXCEPTION_COUNT];
static bool lines[IRQS];

void exceptions_reset(void) {
	memset(is_pending, 0, sizeof is_pending);
	memset(is_active, 0, sizeof is_active);
	memset(lines, 0, sizeof lines);
}

static bool is_enabled(int exception) {
	int irq = exception - EXCEPTION_IRQ;
	return irq < 0 || values[units[NVIC].first + NVIC_ISER0 + irq / 32] & 1u << irq % 32;
}

int exception_priority(int exception) {
	if (exception == EXCEPTION_NMI) return -2;
	if (exception == EXCEPTION_HARD) return -1;
	if (exception >= EXCEPTION_IRQ) return values[units[NVIC].first + NVIC_IP0 + exception - EXCEPTION_IRQ] & 0xff;
	u32 word = values[units[SCB].first + SCB_SHPR1 + exception / 4 - 1];
	return word >> 8 * (exception % 4) & 0xff;
}

static int group_of(int priority) {
	int group = REG(SCB, SCB_AIRCR) >> 8 & 7;
	return priority < 0 ? priority : priority >> (group + 1) << (group + 1);
}

int group_priority(int exception) { return group_of(exception_priority(exception)); }

int execution_priority(bool withPrimask) {
	int priority = LOWEST;
	for (int i = 1; i < EXCEPTION_COUNT; i++)
		if (is_active[i] && group_priority(i) < priority) priority = group_priority(i);
	int base = group_of((int)(get(UC_ARM_REG_BASEPRI) & 0xff));
	if (get(UC_ARM_REG_BASEPRI) != 0 && base < priority) priority = base;
	if (withPrimask && get(UC_ARM_REG_PRIMASK) & 1 && priority > 0) priority = 0;
	if (get(UC_ARM_REG_FAULTMASK) & 1 && priority > -1) priority = -1;
	return priority;
}

/* The highest that is pending and enabled; 0: none. */
int next_pending(void) {
	int best = 0;
	for (int i = 1; i < EXCEPTION_COUNT; i++)
		if (is_pending[i] && is_enabled(i) && (best == 0 || exception_priority(i) < exception_priority(best))) best = i;
	return best;
}

bool exceptions_wake(void) {
	int next = next_pending();
	return next != 0 && group_priority(next) < execution_priority(false);
}

/* What is pending but masked may run as soon as the mask falls. */
void exceptions_changed(void) {
	careful = next_pending() != 0 ? careful | CAREFUL_MASKED : careful & ~(unsigned)CAREFUL_MASKED;
}

void pend(int exception) {
	is_pending[exception] = true;
	attend();
}

void unpend(int exception) { is_pending[exception] = false; }

bool line_is_high(int irq) { return lines[irq]; }

void set_line(int irq, bool isHigh) {
	if (isHigh && !lines[irq]) pend(EXCEPTION_IRQ + irq);
	lines[irq] = isHigh;
}

static u32 word_of(const bool *of, int word) {
	u32 bits = 0;
	for (int i = 0; i < 32 && word * 32 + i < IRQS; i++)
		if (of[EXCEPTION_IRQ + word * 32 + i]) bits |= 1u << i;
	return bits;
}

u32 nvic_read(int unit, int name, u32 stored) {
	(void)unit;
	if (name >= NVIC_ISPR0 && name < NVIC_ICPR0) return word_of(is_pending, name - NVIC_ISPR0);
	if (name >= NVIC_ICPR0 && name < NVIC_IABR0) return word_of(is_pending, name - NVIC_ICPR0);
	if (name >= NVIC_IABR0 && name < NVIC_IP0) return word_of(is_active, name - NVIC_IABR0);
	return stored;
}

static void change(int word, u32 bits, bool isPending) {
	for (int i = 0; i < 32 && word * 32 + i < IRQS; i++)
		if (bits & 1u << i) is_pending[EXCEPTION_IRQ + word * 32 + i] = isPending || lines[word * 32 + i];
}

void nvic_write(int unit, int name, u32 before, u32 written) {
	(void)unit, (void)before;
	if (name >= NVIC_ISPR0 && name < NVIC_ICPR0) change(name - NVIC_ISPR0, written, true);
	else if (name >= NVIC_ICPR0 && name < NVIC_IABR0) change(name - NVIC_ICPR0, written, false);
	else if (name == NVIC_STIR && written < IRQS) pend(EXCEPTION_IRQ + (int)written);
	else if (name == NVIC_STIR) fail_access("the chip has %d interrupts", IRQS);
	exceptions_changed();
	attend();
}
