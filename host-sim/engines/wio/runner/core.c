/* The Cortex-M4F: Unicorn executes instructions, a cycle each; what it leaves to others is handed on. */
#include <unicorn/unicorn.h>
#include <string.h>
#include "machine.h"

u32 pc;
unsigned careful;
bool is_sleeping;
u64 stalled_until;

static uc_engine *engine;
/* The core was told to stop; within an IT block it executes the rest of it first. */
static bool is_stopping;

/* What QEMU calls exceptions (target/arm/cpu.h). */
enum { TRAP_NONE = 0, TRAP_SVC = 2, TRAP_BKPT = 7, TRAP_RETURN = 8 };
/* Our own. */
enum { TRAP_NO_FP = 100, TRAP_UNALIGNED, TRAP_VIOLATION };
static u32 trap;
/* The registers before an instruction that the MPU forbids. */
static struct {
	u32 pc, address, registers[15];
} violation;

struct uc_struct *core_engine(void) { return engine; }

u32 get(int name) {
	u32 value = 0;
	uc_reg_read(engine, name, &value);
	return value;
}

void put(int name, u32 value) { uc_reg_write(engine, name, &value); }

/* ---- What must be looked at before it is executed */

enum { CLASS_UNKNOWN, CLASS_PLAIN, CLASS_ALIGNED, CLASS_FP, CLASS_FP_ALIGNED, CLASS_UNMASK };
static u8 classes[FLASH_SIZE / 2];

static u16 half(u32 address) {
	u16 value = 0;
	u8 *at = memory_at(address, 2);
	if (at) memcpy(&value, at, 2);
	return value;
}

/* DDI 0403, A5.2 and A5.3. */
static u8 classify(u32 address) {
	u32 first = half(address);
	if ((first & 0xf000) == 0xc000) return CLASS_ALIGNED; /* LDM, STM */
	if (first == 0xb662 || first == 0xb661 || first == 0xb663) return CLASS_UNMASK; /* CPSIE */
	if (first < 0xe800) return CLASS_PLAIN;
	u32 second = half(address + 2);
	if ((first & 0xffe0) == 0xf380 && (second & 0xff00) == 0x8800) return CLASS_UNMASK; /* MSR */
	bool isFp = (first & 0xec00) == 0xec00 && (second & 0x0e00) == 0x0a00;
	bool hasStackBase = (first & 15) == 13 || (first & 15) == 15;
	if (isFp) return (first & 0xfe00) == 0xec00 || (first & 0xff20) == 0xed00
		? (hasStackBase || (first & 0xffe0) == 0xec40 ? CLASS_FP : CLASS_FP_ALIGNED) : CLASS_FP;
	if (hasStackBase) return CLASS_PLAIN;
	if ((first & 0xfe40) == 0xe800) return CLASS_ALIGNED; /* LDM, STM */
	if ((first & 0xfe40) == 0xe840 && first & 0x0120) return CLASS_ALIGNED; /* LDRD, STRD */
	return CLASS_PLAIN;
}

/* These fault on the chip with an address that is no multiple of four; Unicorn executes them. */
static bool is_unaligned(u32 address) {
	u32 first = half(address);
	int base = first < 0xe800 ? first >> 8 & 7 : first & 15;
	return get(UC_ARM_REG_R0 + base) & 3;
}

void core_forget(u32 address, u32 size) { memset(classes + address / 2, CLASS_UNKNOWN, (size + 1) / 2); }

static void stop_with(u32 what) {
	trap = what;
	is_stopping = true;
	uc_emu_stop(engine);
}

static void look(u32 address, u8 class) {
	if (class == CLASS_UNMASK) {
		if (careful & CAREFUL_MASKED) limit = cycles;
		return;
	}
	if ((class == CLASS_FP || class == CLASS_FP_ALIGNED) && careful & CAREFUL_FP) stop_with(TRAP_NO_FP);
	else if (class != CLASS_FP && is_unaligned(address)) stop_with(TRAP_UNALIGNED);
}

static void on_instruction(uc_engine *unused, uint64_t address, uint32_t size, void *data) {
	(void)unused, (void)size, (void)data;
	if (trap == TRAP_VIOLATION) {
		uc_emu_stop(engine);
		return;
	}
	/* In an IT block: the instruction before was executed after all. */
	if (is_stopping) cycles++;
	if (flash_was_written) flash_restore();
	pc = (u32)address;
	if (cycles >= limit || has_ended) {
		is_stopping = true;
		uc_emu_stop(engine);
		return;
	}
	cycles++;
	u8 class;
	if (pc < FLASH_SIZE) {
		class = classes[pc / 2];
		if (class == CLASS_UNKNOWN) class = classes[pc / 2] = classify(pc);
	} else class = classify(pc);
	if (class != CLASS_PLAIN) look(pc, class);
}

void core_violation(u32 address) {
	if (trap == TRAP_VIOLATION) return;
	violation.pc = pc;
	violation.address = address;
	for (int i = 0; i < 13; i++) violation.registers[i] = get(UC_ARM_REG_R0 + i);
	violation.registers[CORE_SP] = get(UC_ARM_REG_SP);
	violation.registers[CORE_LR] = get(UC_ARM_REG_LR);
	stop_with(TRAP_VIOLATION);
}

static void on_trap(uc_engine *unused, uint32_t number, void *data) {
	(void)unused, (void)data;
	trap = number;
	uc_emu_stop(engine);
}

void core_init(void) {
	uc_hook hook;
	if (uc_open(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS, &engine) != UC_ERR_OK) {
		fail("Unicorn has no ARM core");
		return;
	}
	uc_ctl_set_cpu_model(engine, UC_CPU_ARM_CORTEX_M4);
	uc_hook_add(engine, &hook, UC_HOOK_CODE, (void *)on_instruction, NULL, 1, 0);
	uc_hook_add(engine, &hook, UC_HOOK_INTR, (void *)on_trap, NULL, 1, 0);
}

void core_reset(u32 sp, u32 entry) {
	for (int i = 0; i < 13; i++) put(UC_ARM_REG_R0 + i, 0);
	put(UC_ARM_REG_XPSR, 0x01000000);
	put(UC_ARM_REG_CONTROL, 0);
	put(UC_ARM_REG_PRIMASK, 0);
	put(UC_ARM_REG_BASEPRI, 0);
	put(UC_ARM_REG_FAULTMASK, 0);
	put(UC_ARM_REG_FPSCR, 0);
	put(UC_ARM_REG_SP, sp);
	put(UC_ARM_REG_PSP, 0);
	put(UC_ARM_REG_LR, 0xffffffff);
	put(UC_ARM_REG_PC, entry | 1);
	is_sleeping = false;
	stalled_until = 0;
	careful = 0;
}

enum { INVSTATE = 1 << 17, NOCP = 1 << 19, UNDEFINSTR = 1 << 16, UNALIGNED = 1 << 24, PRECISERR = 1 << 9, IBUSERR = 1 << 8, DACCVIOL = 1 << 1 };

/* An error of Unicorn's is a fault of the instruction. */
static void handle_error(uc_err error) {
	switch (error) {
	case UC_ERR_READ_UNMAPPED:
	case UC_ERR_WRITE_UNMAPPED:
	case UC_ERR_READ_PROT:
	case UC_ERR_WRITE_PROT: fault(EXCEPTION_BUS, PRECISERR, true, bad_access_address); break;
	case UC_ERR_FETCH_UNMAPPED:
	case UC_ERR_FETCH_PROT: pc = get(UC_ARM_REG_PC); fault(EXCEPTION_BUS, IBUSERR, false, 0); break;
	case UC_ERR_INSN_INVALID:
	case UC_ERR_EXCEPTION:
		if (half(pc) == 0xbf20) fail("wfe at pc 0x%08x is not modelled: use wfi", pc);
		else if (!(get(UC_ARM_REG_XPSR) & 0x01000000)) pc = get(UC_ARM_REG_PC), fault(EXCEPTION_USAGE, INVSTATE, false, 0);
		else fault(EXCEPTION_USAGE, UNDEFINSTR, false, 0);
		break;
	default: fail("at pc 0x%08x Unicorn says: %s", pc, uc_strerror(error));
	}
}

static void handle_trap(void) {
	switch (trap) {
	case TRAP_NONE: break;
	case TRAP_SVC:
		/* Where it cannot run at once it is a HardFault. */
		if (group_priority(EXCEPTION_SVC) < execution_priority(true)) pend(EXCEPTION_SVC);
		else fault(EXCEPTION_HARD, 0, false, 0);
		break;
	case TRAP_RETURN: exception_return(get(UC_ARM_REG_PC) | 1); break;
	case TRAP_BKPT: fail("breakpoint at pc 0x%08x", pc); break;
	case TRAP_NO_FP: fault(EXCEPTION_USAGE, NOCP, false, 0); break;
	case TRAP_VIOLATION:
		pc = violation.pc;
		for (int i = 0; i < 13; i++) put(UC_ARM_REG_R0 + i, violation.registers[i]);
		put(UC_ARM_REG_SP, violation.registers[CORE_SP]);
		put(UC_ARM_REG_LR, violation.registers[CORE_LR]);
		fault(EXCEPTION_MEMORY, DACCVIOL, true, violation.address);
		break;
	case TRAP_UNALIGNED: fault(EXCEPTION_USAGE, UNALIGNED, false, 0); break;
	default: fail("at pc 0x%08x: trap %u of the core is not modelled", pc, trap);
	}
}

/* Executes instructions until `limit`, or until something else is to be done. */
void core_step(void) {
	trap = TRAP_NONE;
	is_stopping = false;
	set_limit();
	uc_err error = uc_emu_start(engine, get(UC_ARM_REG_PC) | 1, UINT64_MAX, 0, 0);
	if (flash_was_written) flash_restore();
	if (has_ended) return;
	if (error != UC_ERR_OK && trap != TRAP_VIOLATION) handle_error(error);
	else if (trap != TRAP_NONE) handle_trap();
	else if (!is_stopping && half(pc) == 0xbf30) is_sleeping = true;
	if (get(UC_ARM_REG_CONTROL) & 1) fail("at pc 0x%08x: unprivileged code is not modelled", pc);
}
