import { type Peripheral, registersOf } from "./format.js";

/** The registers of one of OSCCTRL's two phase-locked loops, 0x14 bytes apart. */
const dpll = (index: number): string => {
	const at = (offset: number) => (offset + index * 0x14).toString(16);
	return `
		DPLL[${index}].DPLLCTRLA     ${at(0x30)} 8  rw 80 c2      pac sync=2:1@DPLL[${index}].DPLLSYNCBUSY
		DPLL[${index}].DPLLRATIO     ${at(0x34)} 32 rw 0  1f1fff  pac sync=2@DPLL[${index}].DPLLSYNCBUSY
		DPLL[${index}].DPLLCTRLB     ${at(0x38)} 32 rw 20 7ffffff pac
		DPLL[${index}].DPLLSYNCBUSY  ${at(0x3c)} 32 ro 0  6
		DPLL[${index}].DPLLSTATUS    ${at(0x40)} 32 ro 0  3`;
};

/** Clocks, resets, power and the watchdog. */
export const CLOCKS: readonly Peripheral[] = [
	{
		name: "PAC",
		kind: "PAC",
		base: 0x40000000,
		interrupt: 41,
		registers: registersOf(`
			WRCTRL      00 32 rw  0     ffffff
			EVCTRL      04 8  rw  0     1 fixed
			INTENCLR    08 8  clear>INTENSET 0 1
			INTENSET    09 8  set>INTENSET   0 1
			INTFLAGAHB  10 32 w1c 0     7fff
			INTFLAGA    14 32 w1c 0     ffff
			INTFLAGB    18 32 w1c 0     17ebf
			INTFLAGC    1c 32 w1c 0     7ff8
			INTFLAGD    20 32 w1c 0     fff
			STATUSA     34 32 ro  10000 ffff
			STATUSB     38 32 ro  2     17ebf
			STATUSC     3c 32 ro  0     7ff8
			STATUSD     40 32 ro  0     fff
		`),
	},
	{
		name: "PM",
		kind: "PM",
		base: 0x40000400,
		interrupt: 0,
		registers: registersOf(`
			CTRLA     00 8 rw 0  4  pac
			SLEEPCFG  01 8 rw 2  7  pac
			INTENCLR  04 8 clear>INTENSET 0 1 pac
			INTENSET  05 8 set>INTENSET   0 1 pac
			INTFLAG   06 8 w1c 0 1
			STDBYCFG  08 8 rw 0  33 pac
			HIBCFG    09 8 rw 0  f  pac
			BKUPCFG   0a 8 rw 0  3  pac
			PWSAKDLY  12 8 rw 0  ff pac
		`),
	},
	{
		name: "MCLK",
		kind: "MCLK",
		base: 0x40000800,
		interrupt: 1,
		registers: registersOf(`
			INTENCLR  01 8  clear>INTENSET 0 1 pac
			INTENSET  02 8  set>INTENSET   0 1 pac
			INTFLAG   03 8  w1c 1     1
			HSDIV     04 8  ro 1      ff
			CPUDIV    05 8  rw 1      ff     pac
			AHBMASK   10 32 rw ffffff f9b75f pac
			APBAMASK  14 32 rw 7ff    ffff   pac
			APBBMASK  18 32 rw 18056  17e97  pac
			APBCMASK  1c 32 rw 2000   6ff8   pac
			APBDMASK  20 32 rw 0      fff    pac
		`),
	},
	{
		name: "RSTC",
		kind: "RSTC",
		base: 0x40000c00,
		registers: registersOf(`
			RCAUSE    00 8 ro 0 ff
			BKUPEXIT  02 8 ro 0 86
		`),
	},
	{
		name: "OSCCTRL",
		kind: "OSCCTRL",
		base: 0x40001000,
		interrupt: 2,
		// The channel is DFLL48M's reference; those of the loops are 1 and 2.
		channel: 0,
		registers: registersOf(`
			EVCTRL         00 8  rw 0  3       pac fixed
			INTENCLR       04 32 clear>INTENSET 0 f0f1f0f pac
			INTENSET       08 32 set>INTENSET   0 f0f1f0f pac
			INTFLAG        0c 32 w1c 0 f0f1f0f
			STATUS         10 32 ro 0  f0f1f3f
			XOSCCTRL[2/4]  14 32 rw 80 ff3ffc6 pac
			DFLLCTRLA      1c 8  rw 82 c2      pac sync=2:1@DFLLSYNC
			DFLLCTRLB      20 8  rw 0  ff      pac sync=2@DFLLSYNC
			DFLLVAL        24 32 rw 0  fffffcff pac sync=3@DFLLSYNC
			DFLLMUL        28 32 rw 0  fcffffff pac sync=4@DFLLSYNC
			DFLLSYNC       2c 8  ro 0  1e
			${dpll(0)}
			${dpll(1)}
		`),
	},
	{
		name: "OSC32KCTRL",
		kind: "OSC32KCTRL",
		base: 0x40001400,
		interrupt: 7,
		registers: registersOf(`
			INTENCLR   00 32 clear>INTENSET 0 5 pac
			INTENSET   04 32 set>INTENSET   0 5 pac
			INTFLAG    08 32 w1c 0   5
			STATUS     0c 32 ro 0    d
			RTCCTRL    10 8  rw 0    7    pac
			XOSC32K    14 16 rw 2080 77de pac
			CFDCTRL    16 8  rw 0    7    pac fixed
			EVCTRL     17 8  rw 0    1    pac fixed
			OSCULP32K  1c 32 rw 0    8006 pac
		`),
	},
	{
		name: "SUPC",
		kind: "SUPC",
		base: 0x40001800,
		interrupt: 8,
		registers: registersOf(`
			INTENCLR  00 32 clear>INTENSET 0 507 pac
			INTENSET  04 32 set>INTENSET   0 507 pac
			INTFLAG   08 32 w1c 0 507
			STATUS    0c 32 ro 0  507
			BOD33     10 32 rw 0  ffff7ffe pac
			VREG      18 32 rw 2  7010086  pac
			VREF      1c 32 rw 0  f00ce    pac fixed
			BBPS      20 32 rw 0  5        pac fixed
			BKOUT     24 32 rw 0  3030303  pac fixed
			BKIN      28 32 ro 0  3
		`),
	},
	{
		name: "GCLK",
		kind: "GCLK",
		base: 0x40001c00,
		registers: registersOf(`
			CTRLA          00 8  rw 0   1        pac sync=0
			SYNCBUSY       04 32 ro 0   3ffd
			GENCTRL[0]     20 32 rw 106 ffff3f0f pac sync=2
			GENCTRL[1]     24 32 rw 0   ffff3f0f pac sync=3
			GENCTRL[2]     28 32 rw 0   ffff3f0f pac sync=4
			GENCTRL[3]     2c 32 rw 0   ffff3f0f pac sync=5
			GENCTRL[4]     30 32 rw 0   ffff3f0f pac sync=6
			GENCTRL[5]     34 32 rw 0   ffff3f0f pac sync=7
			GENCTRL[6]     38 32 rw 0   ffff3f0f pac sync=8
			GENCTRL[7]     3c 32 rw 0   ffff3f0f pac sync=9
			GENCTRL[8]     40 32 rw 0   ffff3f0f pac sync=10
			GENCTRL[9]     44 32 rw 0   ffff3f0f pac sync=11
			GENCTRL[10]    48 32 rw 0   ffff3f0f pac sync=12
			GENCTRL[11]    4c 32 rw 0   ffff3f0f pac sync=13
			PCHCTRL[48/4]  80 32 rw 0   cf       pac
		`),
	},
	{
		name: "WDT",
		kind: "WDT",
		base: 0x40002000,
		interrupt: 10,
		enable: { register: "CTRLA", bit: 1 },
		registers: registersOf(`
			CTRLA     00 8  rw 0  86 pac ep=04 sync=2:1 sync=4:2 sync=80:3
			CONFIG    01 8  rw bb ff pac ep
			EWCTRL    02 8  rw b  f  pac ep
			INTENCLR  04 8  clear>INTENSET 0 1 pac
			INTENSET  05 8  set>INTENSET   0 1 pac
			INTFLAG   06 8  w1c 0 1
			SYNCBUSY  08 32 ro 0  1e
			CLEAR     0c 8  wo 0  ff sync=4
		`),
	},
];
