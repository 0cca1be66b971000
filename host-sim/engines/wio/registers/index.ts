import { CLOCKS } from "./clocks.js";
import { CORE } from "./core.js";
import type { Peripheral } from "./format.js";
import { IO } from "./io.js";
import { MEMORY } from "./memory.js";
import { RTC } from "./rtc.js";

/**
 * The registers of the ATSAMD51P19A that the emulator knows, with their peripherals. What is not here does not
 * exist for a program in the emulator: an access ends the run.
 */
export const PERIPHERALS: readonly Peripheral[] = [...CLOCKS, RTC, ...IO, ...MEMORY, ...CORE];
