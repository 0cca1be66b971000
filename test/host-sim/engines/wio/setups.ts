import { type Step, wait, write } from "./script.js";

/** Generator 1 gives 48 MHz, from DFLL48M. */
export const GENERATOR_1: readonly Step[] = [
	write("GCLK.GENCTRL[1]", 0x0001_0106),
	wait("GCLK.SYNCBUSY", 1 << 3, 0),
];

/** Generator 5 gives DPLL0 its reference of 1 MHz; DPLL0 is to give 120 MHz. */
export const DPLL0: readonly Step[] = [
	write("GCLK.GENCTRL[5]", 0x0030_0106),
	wait("GCLK.SYNCBUSY", 1 << 7, 0),
	write("GCLK.PCHCTRL[1]", 0x45),
	write("OSCCTRL.DPLL[0].DPLLRATIO", 119),
	wait("OSCCTRL.DPLL[0].DPLLSYNCBUSY", 4, 0),
	write("OSCCTRL.DPLL[0].DPLLCTRLB", 0x800),
	write("OSCCTRL.DPLL[0].DPLLCTRLA", 2),
	wait("OSCCTRL.DPLL[0].DPLLSYNCBUSY", 2, 0),
];
export const DPLL0_READY = wait("OSCCTRL.DPLL[0].DPLLSTATUS", 3, 3);
export const CPU_FROM_DPLL0: readonly Step[] = [
	write("GCLK.GENCTRL[0]", 0x0001_0107),
	wait("GCLK.SYNCBUSY", 1 << 2, 0),
];

/** The CPU at 120 MHz, 48 MHz for peripherals. */
export const CLOCKS: readonly Step[] = [...GENERATOR_1, ...DPLL0, DPLL0_READY, ...CPU_FROM_DPLL0];

const [ENABLE, USART_MODE, LOW_FIRST, FRACTIONAL] = [2, 1 << 2, 1 << 30, 1 << 13];

/** SERCOM0 as the radio's UART: its clocks, pads 0 and 2, 615385 baud (BAUD 4, FP 7), pins not yet. */
export const RADIO: readonly Step[] = [
	...GENERATOR_1,
	write("GCLK.PCHCTRL[7]", 0x41),
	write("MCLK.APBAMASK", 0x7ff | (1 << 12)),
	write("SERCOM0.BAUD", 4 | (7 << 13)),
	write("SERCOM0.CTRLB", 3 << 16),
];
export const RADIO_CONTROL = USART_MODE | LOW_FIRST | FRACTIONAL | (2 << 20);
export const RADIO_ENABLED: readonly Step[] = [
	write("SERCOM0.CTRLA", RADIO_CONTROL | ENABLE),
	wait("SERCOM0.SYNCBUSY", 6, 0),
];
/** PB24 and PC24 have function C. */
export const RADIO_PINS: readonly Step[] = [
	write("PORT.GROUP[1].PMUX[12]", 2),
	write("PORT.GROUP[1].PINCFG[24]", 1),
	write("PORT.GROUP[2].PMUX[12]", 2),
	write("PORT.GROUP[2].PINCFG[24]", 1),
];

/** ADC1 with 1.5 MHz, VDDANA and 12 bits on AIN15, enabled; without CALIB and without its pin. */
export const ADC: readonly Step[] = [
	...GENERATOR_1,
	write("GCLK.PCHCTRL[41]", 0x41),
	write("MCLK.APBDMASK", 1 << 8),
	write("ADC1.CTRLA", 4 << 8),
	write("ADC1.REFCTRL", 3),
	write("ADC1.SAMPCTRL", 5),
	write("ADC1.INPUTCTRL", 15 | (0x18 << 8)),
	wait("ADC1.SYNCBUSY", 0xfff, 0),
];
export const ADC_ENABLED: readonly Step[] = [
	write("ADC1.CTRLA", (4 << 8) | ENABLE),
	wait("ADC1.SYNCBUSY", 2, 0),
];
/** PD01 has function B. */
export const ADC_PIN: readonly Step[] = [
	write("PORT.GROUP[3].PMUX[0]", 1 << 4),
	write("PORT.GROUP[3].PINCFG[1]", 1),
];
