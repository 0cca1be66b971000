import { type Peripheral, registersOf } from "./format.js";

/** The Cortex-M4's own registers: ARMv7-M Architecture Reference Manual (DDI 0403), B3, C1. */
export const CORE: readonly Peripheral[] = [
	{
		name: "DWT",
		kind: "DWT",
		base: 0xe0001000,
		registers: registersOf(`
			CTRL    00 32 rw 40000000 ff7f1fff
			CYCCNT  04 32 rw 0        ffffffff
		`),
	},
	{
		name: "SYSTICK",
		kind: "SYSTICK",
		base: 0xe000e010,
		registers: registersOf(`
			CSR    00 32 rw 4 10007
			RVR    04 32 rw 0 ffffff
			CVR    08 32 rw 0 ffffffff
			CALIB  0c 32 ro 0 c0ffffff
		`),
	},
	{
		// The chip has 137 interrupts, with priorities of 3 bits.
		name: "NVIC",
		kind: "NVIC",
		base: 0xe000e100,
		registers: registersOf(`
			ISER[5/4]  000 32 set>ISER[]   0 ffffffff
			ICER[5/4]  080 32 clear>ISER[] 0 ffffffff
			ISPR[5/4]  100 32 rw 0 ffffffff
			ICPR[5/4]  180 32 rw 0 ffffffff
			IABR[5/4]  200 32 ro 0 ffffffff
			IP[140/1]  300 8  rw 0 e0
			STIR       e00 32 wo 0 1ff
		`),
	},
	{
		name: "SCB",
		kind: "SCB",
		base: 0xe000e000,
		registers: registersOf(`
			ICTR   004 32 ro 4 f
			ACTLR  008 32 rw 0 307
			CPUID  d00 32 ro 410fc241 ffffffff
			ICSR   d04 32 rw 0 9ec3f9ff
			VTOR   d08 32 rw 0 ffffff80
			AIRCR  d0c 32 rw fa050000 ffff8707
			SCR    d10 32 rw 0 16
			CCR    d14 32 rw 200 31b
			SHPR1  d18 32 rw 0 e0e0e0
			SHPR2  d1c 32 rw 0 e0000000
			SHPR3  d20 32 rw 0 e0e00000
			SHCSR  d24 32 rw 0 7fd8b
			CFSR   d28 32 w1c 0 30fbfbb
			HFSR   d2c 32 w1c 0 c0000002
			DFSR   d30 32 w1c 0 1f
			MMFAR  d34 32 rw 0 ffffffff
			BFAR   d38 32 rw 0 ffffffff
			AFSR   d3c 32 rw 0 ffffffff
			CPACR  d88 32 rw 0 f00000
		`),
	},
	{
		name: "MPU",
		kind: "MPU",
		base: 0xe000ed90,
		registers: registersOf(`
			TYPE     00 32 ro 800 ffff01
			CTRL     04 32 rw 0 7
			RNR      08 32 rw 0 7
			RBAR     0c 32 rw 0 ffffffff
			RASR     10 32 rw 0 173fff3f
			RBAR_A1  14 32 rw 0 ffffffff
			RASR_A1  18 32 rw 0 173fff3f
			RBAR_A2  1c 32 rw 0 ffffffff
			RASR_A2  20 32 rw 0 173fff3f
			RBAR_A3  24 32 rw 0 ffffffff
			RASR_A3  28 32 rw 0 173fff3f
		`),
	},
	{
		name: "DEBUG",
		kind: "DEBUG",
		base: 0xe000edf0,
		registers: registersOf(`
			DHCSR  0 32 ro 0 ffff002f
			DEMCR  c 32 rw 0 10f07f1
		`),
	},
	{
		name: "FPU",
		kind: "FPU",
		base: 0xe000ef30,
		registers: registersOf(`
			FPCCR   04 32 rw c0000000 c000017b
			FPCAR   08 32 rw 0 fffffff8
			FPDSCR  0c 32 rw 0 7c00000
			MVFR0   10 32 ro 10110021 ffffffff
			MVFR1   14 32 ro 11000011 ff0000ff
		`),
	},
];
