import { type Peripheral, registersOf } from "./format.js";

/** The four groups of pins, PA to PD, 0x80 bytes apart. */
const portGroup = (index: number): string => {
	const at = (offset: number) => (offset + index * 0x80).toString(16);
	const group = `GROUP[${index}]`;
	return `
		${group}.DIR     ${at(0x00)} 32 rw 0 ffffffff pac
		${group}.DIRCLR  ${at(0x04)} 32 clear>${group}.DIR  0 ffffffff pac
		${group}.DIRSET  ${at(0x08)} 32 set>${group}.DIR    0 ffffffff pac
		${group}.DIRTGL  ${at(0x0c)} 32 toggle>${group}.DIR 0 ffffffff pac
		${group}.OUT     ${at(0x10)} 32 rw 0 ffffffff pac
		${group}.OUTCLR  ${at(0x14)} 32 clear>${group}.OUT  0 ffffffff pac
		${group}.OUTSET  ${at(0x18)} 32 set>${group}.OUT    0 ffffffff pac
		${group}.OUTTGL  ${at(0x1c)} 32 toggle>${group}.OUT 0 ffffffff pac
		${group}.IN      ${at(0x20)} 32 ro 0 ffffffff
		${group}.CTRL    ${at(0x24)} 32 rw 0 ffffffff pac
		${group}.WRCONFIG ${at(0x28)} 32 wo 0 df47ffff pac
		${group}.EVCTRL  ${at(0x2c)} 32 rw 0 ffffffff pac fixed
		${group}.PMUX[16/1]   ${at(0x30)} 8 rw 0 ff pac
		${group}.PINCFG[32/1] ${at(0x40)} 8 rw 0 47 pac`;
};

const usart = (name: string, base: number, interrupt: number, channel: number): Peripheral => ({
	name,
	kind: "USART",
	base,
	interrupt,
	channel,
	enable: { register: "CTRLA", bit: 1 },
	registers: registersOf(`
		CTRLA     00 32 rw 0  7ff3e79f pac ep=7ff3e79c sync=1:0 sync=2:1
		CTRLB     04 32 rw 0  3032747  pac ep=2747 sync=2!
		CTRLC     08 32 rw 0  3730f07  pac ep
		BAUD      0c 16 rw 0  ffff     pac ep
		RXPL      0e 8  rw 0  ff       pac ep fixed
		INTENCLR  14 8  clear>INTENSET 0 bf pac
		INTENSET  16 8  set>INTENSET   0 bf pac
		INTFLAG   18 8  w1c 0 bf
		STATUS    1a 16 w1c 0 ff
		SYNCBUSY  1c 32 ro 0  1f
		RXERRCNT  20 8  ro 0  ff
		LENGTH    22 16 rw 0  3ff      pac sync=4 fixed
		DATA      28 32 rw 0  ffffffff
		DBGCTRL   30 8  rw 0  1        pac
	`),
});

const spi = (name: string, base: number, interrupt: number, channel: number): Peripheral => ({
	name,
	kind: "SPI",
	base,
	interrupt,
	channel,
	enable: { register: "CTRLA", bit: 1 },
	registers: registersOf(`
		CTRLA     00 32 rw 0  7f33019f pac ep=7f33019c sync=1:0 sync=2:1
		CTRLB     04 32 rw 0  2e247    pac ep=e247 sync=2!
		CTRLC     08 32 rw 0  100003f  pac ep
		BAUD      0c 8  rw 0  ff       pac ep
		INTENCLR  14 8  clear>INTENSET 0 8f pac
		INTENSET  16 8  set>INTENSET   0 8f pac
		INTFLAG   18 8  w1c 0 8f
		STATUS    1a 16 w1c 0 804
		SYNCBUSY  1c 32 ro 0  17
		LENGTH    22 16 rw 0  1ff      pac sync=4 fixed
		ADDR      24 32 rw 0  ff00ff   pac ep fixed
		DATA      28 32 rw 0  ffffffff
		DBGCTRL   30 8  rw 0  1        pac
	`),
});

const adc = (name: string, base: number, interrupt: number, channel: number): Peripheral => ({
	name,
	kind: "ADC",
	base,
	interrupt,
	channel,
	enable: { register: "CTRLA", bit: 1 },
	registers: registersOf(`
		CTRLA       00 16 rw 0  87fb pac ep=87f8 sync=1:0 sync=2:1
		EVCTRL      02 8  rw 0  3f   pac ep fixed
		DBGCTRL     03 8  rw 0  1    pac
		INPUTCTRL   04 16 rw 0  9f9f pac sync=2
		CTRLB       06 16 rw 0  f1f  pac sync=3
		REFCTRL     08 8  rw 0  8f   pac sync=4
		AVGCTRL     0a 8  rw 0  7f   pac sync=5
		SAMPCTRL    0b 8  rw 0  bf   pac sync=6
		WINLT       0c 16 rw 0  ffff pac sync=7
		WINUT       0e 16 rw 0  ffff pac sync=8
		GAINCORR    10 16 rw 0  fff  pac sync=9
		OFFSETCORR  12 16 rw 0  fff  pac sync=10
		SWTRIG      14 8  rw 0  3    pac sync=11
		INTENCLR    2c 8  clear>INTENSET 0 7 pac
		INTENSET    2d 8  set>INTENSET   0 7 pac
		INTFLAG     2e 8  w1c 0 7
		STATUS      2f 8  ro 0  fd
		SYNCBUSY    30 32 ro 0  fff
		DSEQDATA    34 32 wo 0  ffffffff fixed
		DSEQCTRL    38 32 rw 0  800001ff pac fixed
		DSEQSTAT    3c 32 ro 0  800001ff
		RESULT      40 16 ro 0  ffff
		RESS        44 16 ro 0  ffff
		CALIB       48 16 rw 0  777  pac ep
	`),
});

/** Pins and what talks over them, and the random number generator. */
export const IO: readonly Peripheral[] = [
	{
		name: "PORT",
		kind: "PORT",
		base: 0x41008000,
		registers: registersOf([0, 1, 2, 3].map(portGroup).join("")),
	},
	// The radio, its log, the log on the 40-pin header.
	usart("SERCOM0", 0x40003000, 46, 7),
	usart("SERCOM1", 0x40003400, 50, 8),
	usart("SERCOM2", 0x41012000, 54, 23),
	// The LCD.
	spi("SERCOM7", 0x43000c00, 74, 37),
	adc("ADC0", 0x43001c00, 118, 40),
	adc("ADC1", 0x43002000, 120, 41),
	{
		name: "TRNG",
		kind: "TRNG",
		base: 0x42002800,
		interrupt: 131,
		enable: { register: "CTRLA", bit: 1 },
		registers: registersOf(`
			CTRLA     00 8  rw 0  42 pac
			EVCTRL    04 8  rw 0  1  pac ep fixed
			INTENCLR  08 8  clear>INTENSET 0 1 pac
			INTENSET  09 8  set>INTENSET   0 1 pac
			INTFLAG   0a 8  w1c 0 1
			DATA      20 32 ro 0  ffffffff
		`),
	},
];
