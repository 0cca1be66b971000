/* Exception entry and return, and faults (DDI 0403, B1.5). Entry and return take 12 cycles each. */
#include <unicorn/unicorn.h>
#include <string.h>
#include "machine.h"

enum { ENTRY_CYCLES = 12 };
enum { BASIC_FRAME = 0x20, FP_FRAME = 0x68 };
enum { FPCA = 4, SPSEL = 2 };
enum { HFSR_FORCED = 1u << 30, MMARVALID = 1 << 7, BFARVALID = 1 << 15 };
/* EXC_RETURN: bit 4 says without FP, bit 3 to thread mode, bit 2 with PSP. */
enum { RETURN_BASIC = 16, RETURN_THREAD = 8, RETURN_PSP = 4 };

static bool fp_registers_to(u8 *frame) {
	for (int i = 0; i < 16; i++) {
		u32 value = get(UC_ARM_REG_S0 + i);
		memcpy(frame + 0x20 + 4 * i, &value, 4);
	}
	u32 fpscr = get(UC_ARM_REG_FPSCR);
	memcpy(frame + 0x60, &fpscr, 4);
	return true;
}

static const int FRAME_REGISTERS[] = {
	UC_ARM_REG_R0, UC_ARM_REG_R1, UC_ARM_REG_R2, UC_ARM_REG_R3, UC_ARM_REG_R12, UC_ARM_REG_LR, UC_ARM_REG_PC,
};

/* Pushes the frame, whole at once: FPCCR.LSPEN changes only when FP registers are stored, which no program sees. */
static void enter(int exception) {
	u32 control = get(UC_ARM_REG_CONTROL), xpsr = get(UC_ARM_REG_XPSR), sp = get(UC_ARM_REG_SP);
	bool isThread = (xpsr & 0x1ff) == 0, hasFp = control & FPCA;
	u32 size = hasFp ? FP_FRAME : BASIC_FRAME;
	u32 align = hasFp || REG(SCB, SCB_CCR) & 0x200 ? sp & 4 : 0;
	u32 start = sp - size - align;
	u8 *frame = start & 3 || start < RAM_BASE ? NULL : memory_at(start, size);
	if (frame == NULL) {
		fail("at pc 0x%08x: the frame of exception %d at 0x%08x is not in RAM: the stack has overflowed", pc, exception, start);
		return;
	}
	/* HardFault and NMI push theirs with the MPU off, too, unless HFNMIENA says otherwise. */
	bool isGuarded = exception != EXCEPTION_HARD && exception != EXCEPTION_NMI &&
		!(mpu_allows(start, true) && mpu_allows(start + size - 4, true));
	if (isGuarded) {
		fail("at pc 0x%08x: the MPU forbids the frame of exception %d at 0x%08x: the stack has overflowed", pc, exception, start);
		return;
	}
	for (int i = 0; i < 7; i++) {
		u32 value = get(FRAME_REGISTERS[i]) & (FRAME_REGISTERS[i] == UC_ARM_REG_PC ? ~1u : ~0u);
		memcpy(frame + 4 * i, &value, 4);
	}
	u32 pushed = (xpsr & ~0x200u) | (align ? 0x200 : 0);
	memcpy(frame + 0x1c, &pushed, 4);
	if (hasFp) fp_registers_to(frame);
	put(UC_ARM_REG_SP, start);
	u32 value = 0xffffffe1 | (hasFp ? 0 : RETURN_BASIC) | (isThread ? RETURN_THREAD : 0) |
		(isThread && control & SPSEL ? RETURN_PSP : 0);
	put(UC_ARM_REG_CONTROL, control & ~FPCA & 7);
	put(UC_ARM_REG_XPSR, 0x01000000 | (u32)exception);
	put(UC_ARM_REG_LR, value);
	u32 vector = 0;
	u8 *entry = memory_at(REG(SCB, SCB_VTOR) + 4 * (u32)exception, 4);
	if (entry) memcpy(&vector, entry, 4);
	if (!(vector & 1)) {
		fail("at pc 0x%08x: the vector of exception %d is 0x%08x, no address of Thumb code", pc, exception, vector);
		return;
	}
	put(UC_ARM_REG_PC, vector);
	is_pending[exception] = false;
	is_active[exception] = true;
	cycles += ENTRY_CYCLES;
	exceptions_changed();
}

void exceptions_take(void) {
	int next = next_pending();
	if (next != 0 && group_priority(next) < execution_priority(true)) enter(next);
	exceptions_changed();
}

static bool any_active(void) {
	for (int i = 1; i < EXCEPTION_COUNT; i++)
		if (is_active[i]) return true;
	return false;
}

void exception_return(u32 value) {
	u32 exception = get(UC_ARM_REG_IPSR) & 0x1ff;
	bool isThread = value & RETURN_THREAD, usesPsp = value & RETURN_PSP, hasFp = !(value & RETURN_BASIC);
	bool isKnown = (value | RETURN_BASIC) == 0xfffffff1 || (value | RETURN_BASIC) == 0xfffffff9 ||
		(value | RETURN_BASIC) == 0xfffffffd;
	if (!isKnown || exception == 0 || !is_active[exception]) {
		fail("at pc 0x%08x: 0x%08x is no EXC_RETURN for exception %u", pc, value, exception);
		return;
	}
	is_active[exception] = false;
	if (isThread == any_active()) {
		fail("at pc 0x%08x: EXC_RETURN 0x%08x does not go with the exceptions that are active", pc, value);
		return;
	}
	if (exception != EXCEPTION_NMI) put(UC_ARM_REG_FAULTMASK, 0);
	u32 sp = usesPsp ? get(UC_ARM_REG_PSP) : get(UC_ARM_REG_MSP);
	u32 size = hasFp ? FP_FRAME : BASIC_FRAME;
	u8 *frame = sp & 3 || sp < RAM_BASE ? NULL : memory_at(sp, size);
	if (frame == NULL) {
		fail("at pc 0x%08x: the frame to return to, at 0x%08x, is not in RAM", pc, sp);
		return;
	}
	u32 xpsr;
	memcpy(&xpsr, frame + 0x1c, 4);
	put(usesPsp ? UC_ARM_REG_PSP : UC_ARM_REG_MSP, sp + size + (xpsr & 0x200 ? 4 : 0));
	put(UC_ARM_REG_XPSR, xpsr & ~0x200u);
	put(UC_ARM_REG_CONTROL, (hasFp ? FPCA : 0) | (isThread ? (usesPsp ? SPSEL : 0) : get(UC_ARM_REG_CONTROL) & SPSEL));
	for (int i = 0; i < 7; i++) {
		u32 word;
		memcpy(&word, frame + 4 * i, 4);
		put(FRAME_REGISTERS[i], FRAME_REGISTERS[i] == UC_ARM_REG_PC ? word | 1 : word);
	}
	if (hasFp) {
		u32 word;
		for (int i = 0; i < 16; i++) memcpy(&word, frame + 0x20 + 4 * i, 4), put(UC_ARM_REG_S0 + i, word);
		memcpy(&word, frame + 0x60, 4);
		put(UC_ARM_REG_FPSCR, word);
	}
	if ((xpsr & 0x1ff) != (get(UC_ARM_REG_IPSR) & 0x1ff)) fail("at pc 0x%08x: IPSR cannot be restored", pc);
	/* A line that is still high is pending again. */
	if (exception >= EXCEPTION_IRQ && line_is_high((int)exception - EXCEPTION_IRQ)) is_pending[exception] = true;
	cycles += ENTRY_CYCLES;
	exceptions_changed();
	if (REG(SCB, SCB_SCR) & 2 && isThread) is_sleeping = true;
}

void fault(int exception, u32 cfsr, bool hasAddress, u32 address) {
	REG(SCB, SCB_CFSR) |= cfsr;
	if (hasAddress && exception == EXCEPTION_MEMORY) {
		REG(SCB, SCB_MMFAR) = address;
		REG(SCB, SCB_CFSR) |= MMARVALID;
	} else if (hasAddress) {
		REG(SCB, SCB_BFAR) = address;
		REG(SCB, SCB_CFSR) |= BFARVALID;
	}
	put(UC_ARM_REG_PC, pc | 1);
	/* SHCSR.MEMFAULTENA and its neighbours. */
	bool isEnabled = exception != EXCEPTION_HARD && REG(SCB, SCB_SHCSR) & 1u << (16 + exception - EXCEPTION_MEMORY);
	int taken = isEnabled && group_priority(exception) < execution_priority(true) ? exception : EXCEPTION_HARD;
	if (taken == EXCEPTION_HARD) REG(SCB, SCB_HFSR) |= HFSR_FORCED;
	static const char *const NAMES[] = { "HardFault", "MemManage", "BusFault", "UsageFault" };
	emit("fault %llu %s at pc 0x%08x: CFSR 0x%08x", NS(now()), NAMES[taken - EXCEPTION_HARD], pc, REG(SCB, SCB_CFSR));
	if (execution_priority(true) <= -1) {
		fail("lockup: a fault at pc 0x%08x within HardFault or NMI, CFSR 0x%08x", pc, REG(SCB, SCB_CFSR));
		return;
	}
	is_pending[taken] = true;
	exceptions_changed();
}
