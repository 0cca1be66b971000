import { type Peripheral, registersOf } from "./format.js";

/** What is between the core and memory. */
export const MEMORY: readonly Peripheral[] = [
	{
		name: "NVMCTRL",
		kind: "NVMCTRL",
		base: 0x41004000,
		interrupt: 29,
		registers: registersOf(`
			CTRLA         00 16 rw 4     fffc     pac
			CTRLB         04 16 wo 0     ff7f     pac
			PARAM         08 32 ro 60400 8007ffff
			INTENCLR      0c 16 clear>INTENSET 0 7ff pac
			INTENSET      0e 16 set>INTENSET   0 7ff pac
			INTFLAG       10 16 w1c 0    7ff
			STATUS        12 16 ro 0     f3f
			ADDR          14 32 rw 0     ffffff   pac
			RUNLOCK       18 32 ro 0     ffffffff
			PBLDATA[2/4]  1c 32 ro ffffffff ffffffff
			ECCERR        24 32 ro 0     f0ffffff
			DBGCTRL       28 8  rw 0     3        pac fixed
			SEECFG        2a 8  rw 0     3        pac fixed
			SEESTAT       2c 32 ro 0     70f1f
		`),
	},
	{
		name: "CMCC",
		kind: "CMCC",
		base: 0x41006000,
		registers: registersOf(`
			TYPE    00 32 ro 12d2 3ff2
			CFG     04 32 rw 20   76
			CTRL    08 32 wo 0    1
			SR      0c 32 ro 0    1
			LCKWAY  10 32 rw 0    f fixed
			MAINT0  20 32 wo 0    1
			MAINT1  24 32 wo 0    f0000ff0 fixed
			MCFG    28 32 rw 0    3 fixed
			MEN     2c 32 rw 0    1 fixed
			MCTRL   30 32 wo 0    1 fixed
			MSR     34 32 ro 0    ffffffff
		`),
	},
	{
		name: "QSPI",
		kind: "QSPI",
		base: 0x42003400,
		interrupt: 134,
		enable: { register: "CTRLA", bit: 1 },
		registers: registersOf(`
			CTRLA       00 32 rw 0   1000003  pac
			CTRLB       04 32 rw 0   ffff0f3f pac
			BAUD        08 32 rw 0   ffff03   pac
			RXDATA      0c 32 ro 0   ffff
			TXDATA      10 32 wo 0   ffff fixed
			INTENCLR    14 32 clear>INTENSET 0 50f pac
			INTENSET    18 32 set>INTENSET   0 50f pac
			INTFLAG     1c 32 w1c 0  50f
			STATUS      20 32 ro 200 202
			INSTRADDR   30 32 rw 0   ffffffff pac
			INSTRCTRL   34 32 rw 0   ff00ff   pac
			INSTRFRAME  38 32 rw 0   1ff7f7   pac
			SCRAMBCTRL  40 32 rw 0   3        pac fixed
			SCRAMBKEY   44 32 wo 0   ffffffff pac fixed
		`),
	},
];
