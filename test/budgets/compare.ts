/** How a figure is held: most are ceilings, memory that was never used has a floor, and growth is exact. */
export type Bound = "at most" | "at least" | "exactly";

/** A measured figure against its budget. */
export interface Comparison {
	/** Path of the figure: `boot.slots`. */
	readonly name: string;
	readonly measured: number;
	readonly bound: Bound;
	readonly budget: number;
	/** How far the figure may still move; negative when it breaks the budget. */
	readonly room: number;
}

const EXACT = ["growth", "growthOfStrangers", "growth.slots", "growth.chunkBytes", "compiled.image.limit"];
const FLOORS = "compiled.unused.";

/** How the figure of this path is held. */
export function boundOf(name: string): Bound {
	if (EXACT.includes(name)) return "exactly";
	return name.startsWith(FLOORS) ? "at least" : "at most";
}

function roomOf(bound: Bound, measured: number, budget: number): number {
	if (bound === "exactly") return -Math.abs(budget - measured);
	return bound === "at most" ? budget - measured : measured - budget;
}

/** Paths and values of all numbers in an object; text is left out. */
export function flatten(value: object, prefix = ""): Map<string, number> {
	const entries = Object.entries(value).flatMap(([name, inner]): [string, number][] => {
		if (typeof inner === "object") return [...flatten(inner, `${prefix}${name}.`)];
		return typeof inner === "number" ? [[prefix + name, inner]] : [];
	});
	return new Map(entries);
}

/**
 * Compares measured figures with their budgets.
 * @throws Error for a figure that has no budget
 */
export function compare(measured: object, budgets: object): Comparison[] {
	const all = flatten(budgets);
	return [...flatten(measured)].map(([name, value]) => {
		const budget = all.get(name);
		if (budget === undefined) throw new Error(`${name} has no budget in test/budgets/budgets.json`);
		const bound = boundOf(name);
		// Adding 0 makes 0 of -0.
		return { name, measured: value, bound, budget, room: roomOf(bound, value, budget) + 0 };
	});
}

/** The figures that break their budgets. */
export const broken = (comparisons: readonly Comparison[]): Comparison[] =>
	comparisons.filter(({ room }) => room < 0);

/** One figure as a line: what was measured, how it is held, and how far it is from its budget. */
export function line({ name, measured, bound, budget, room }: Comparison): string {
	const distance = room === 0 ? "" : room > 0 ? `${room} to spare` : `BROKEN by ${-room}`;
	return `${name.padEnd(38)}${String(measured).padStart(10)}  ${`${bound} ${budget}`.padEnd(18)}  ${distance}`.trimEnd();
}

/** What one step of the project may add. */
export interface Allowance {
	/** Bytes of flash: for the whole image and the app; an eighth of it for each other part. */
	readonly flash: number;
	/** Slots of 16 bytes, in use when connected and allocated at the start. */
	readonly slots: number;
	/** Bytes by which RAM that was never used may shrink. */
	readonly ram: number;
	/** Percent of instructions and of the interpreter's steps. */
	readonly percent: number;
}

const SLOT_BYTES = 16;
/** Slots that the allowance is for: those of a cycle are garbage, and have none. */
const SLOTS = ["boot.slots", "live", "live.slots"];

/** A figure's budget, when it may grow by an allowance. */
export function budgetOf(name: string, measured: number, allowance: Allowance): number {
	if (boundOf(name) === "exactly") return measured;
	if (name.startsWith(FLOORS)) return Math.max(0, measured - allowance.ram);
	if (SLOTS.includes(name)) return measured + allowance.slots;
	if (name === "live.chunkBytes") return measured + allowance.slots * SLOT_BYTES;
	if (name === "compiled.image.total" || name === "compiled.image.app") return measured + allowance.flash;
	if (name.startsWith("compiled.image.")) return measured + allowance.flash / 8;
	if (name.endsWith(".slots")) return measured;
	return Math.floor(measured * (1 + allowance.percent / 100));
}

/** Budgets of the same form as what was measured on each engine, with an allowance. */
export const budgetsFor = <T extends object>(engines: T, allowance: Allowance): T =>
	Object.fromEntries(
		// A figure's name, which says how it may grow, begins below its engine.
		Object.entries(engines).map(([engine, figures]) => [engine, withAllowance(figures, allowance, "")]),
	) as T;

function withAllowance(measured: object, allowance: Allowance, prefix: string): object {
	const entries = Object.entries(measured).map(([name, inner]) => {
		const path = prefix + name;
		if (typeof inner === "object") return [name, withAllowance(inner, allowance, `${path}.`)];
		return [name, typeof inner === "number" ? budgetOf(path, inner, allowance) : inner];
	});
	return Object.fromEntries(entries);
}
