import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ArmBudgets } from "./arm.js";
import type { XsBudgets } from "./xs.js";

/**
 * What the firmware may cost, as it is committed. A figure is a ceiling; one of `unused` is a floor; `growth`
 * and the chip's `limit` are exact (`compare.ts`).
 */
export interface Budgets {
	/** On XS on Linux: steps of the interpreter, and slots. */
	readonly xs: XsBudgets;
	/** As an ARM image. */
	readonly arm: ArmBudgets;
}

export const FILE = fileURLToPath(new URL("budgets.json", import.meta.url));

export const readBudgets = (): Budgets => JSON.parse(readFileSync(FILE, "utf8")) as Budgets;

/** How many cycles are looked at for the ARM image's growth: a thousand take a quarter of a minute. */
export const ARM_CYCLES = 1000;
