import { type Peripheral, registersOf } from "./format.js";

/** The real-time counter, with the registers that it has as a counter of 32 bits (CTRLA.MODE 0). */
export const RTC: Peripheral = {
	name: "RTC",
	kind: "RTC",
	base: 0x40002400,
	interrupt: 11,
	enable: { register: "CTRLA", bit: 1 },
	registers: registersOf(`
		CTRLA      00 16 rw 0  ef8f pac ep=6f8c sync=1:0 sync=2:1 sync=8000:15
		CTRLB      02 16 rw 0  77f3 pac ep fixed
		EVCTRL     04 32 rw 0  1c3ff pac ep fixed
		INTENCLR   08 16 clear>INTENSET 0 c3ff pac
		INTENSET   0a 16 set>INTENSET   0 c3ff pac
		INTFLAG    0c 16 w1c 0 c3ff
		DBGCTRL    0e 8  rw 0  1    pac
		SYNCBUSY   10 32 ro 0  f806f
		FREQCORR   14 8  rw 0  ff   pac sync=2 fixed
		COUNT      18 32 rw 0  ffffffff pac sync=3
		COMP[0]    20 32 rw 0  ffffffff pac sync=5
		COMP[1]    24 32 rw 0  ffffffff pac sync=6
		GP[0]      40 32 rw 0  ffffffff sync=16 fixed
		GP[1]      44 32 rw 0  ffffffff sync=17 fixed
		GP[2]      48 32 rw 0  ffffffff sync=18 fixed
		GP[3]      4c 32 rw 0  ffffffff sync=19 fixed
		TAMPCTRL   60 32 rw 0  1f1f03ff pac ep fixed
		TIMESTAMP  64 32 ro 0  ffffffff
		TAMPID     68 32 w1c 0 8000001f
		BKUP[8/4]  80 32 rw 0  ffffffff
	`),
};
