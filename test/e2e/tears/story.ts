import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArmImage } from "../../../host-sim/engines/arm/build.js";
import { Random } from "../../../host-sim/simulation/random.js";
import { type Delivery, Lamp, type Torn } from "./lamp.js";
import { Stage, until } from "./stage.js";
import type { Operation } from "./tearing-flash.js";

/** Readings in a record, as docs/delivery.md says. */
const BATCH = 16;
/** Readings of each outage: two records, the second of which is stored while the first waits. */
const OUTAGE = 2 * BATCH + 1;
/** Outages of a life in which the power stays. The last one's second record is in the block of the first one's first. */
const OUTAGES = 2;
/** Readings of the outage in which it starts again: a record, behind what was torn. */
const AFTER = BATCH + 1;

/** How a story is played. */
export interface Story {
	readonly image: ArmImage;
	readonly delivery: Delivery;
	/** In which change of the flash memory the power goes: in the first life, the second and so on. */
	readonly cutsAt: readonly number[];
	/** What is torn how. */
	readonly seed: number;
	/** Milliseconds that anything may take; half a minute if left out. */
	readonly patience?: number | undefined;
}

/** How it went. */
export interface Outcome {
	readonly cuts: readonly Torn[];
	/** The changes of the last life. */
	readonly operations: readonly Operation[];
	readonly measured: number;
	readonly arrived: readonly number[];
	/** Measured, and never arrived: none of a record that was whole. */
	readonly missing: number;
	/** What must not be; empty when all is well. */
	readonly problems: readonly string[];
}

/**
 * Readings of several outages go to the server, and the power goes within changes of the flash memory: then the device
 * starts again over what is there, in another outage, and brings all to the server.
 */
export async function play({ image, delivery, cutsAt, seed, patience }: Story): Promise<Outcome> {
	const folder = mkdtempSync(join(tmpdir(), "nightlight-tears-"));
	const stage = await Stage.open();
	const random = new Random(seed, `tears ${cutsAt.join()}`);
	const lamp = new Lamp({ image, folder, port: stage.broker.port, delivery, random });
	const isOver = () => lamp.isCut || lamp.trouble.length > 0;
	const wait = { isOver, patience };
	const outage = async (readings: number) => {
		await stage.broker.pause();
		lamp.limit = lamp.measured + readings;
		await until("it has measured", () => lamp.measured === lamp.limit, wait);
	};
	const recovery = async () => {
		if (isOver()) return;
		await stage.broker.resume();
		const hasCome = () => stage.arrived.includes(lamp.limit);
		await until(`number ${lamp.limit} arrives`, () => hasCome() && lamp.pending === 0, wait);
	};
	try {
		const [first = 0, ...others] = cutsAt;
		await stage.broker.pause();
		lamp.limit = 0;
		await lamp.start(first);
		for (let count = 0; count < OUTAGES && !isOver(); count++) {
			await outage(OUTAGE);
			await recovery();
		}
		if (!isOver()) await lamp.stop();
		for (const at of [...others, 0]) {
			if (!lamp.isCut) break;
			await stage.broker.pause();
			// What it measures first is another number.
			lamp.limit = lamp.measured + 1;
			await lamp.start(at);
			if (!isOver()) await outage(AFTER);
			await recovery();
			if (!isOver()) await lamp.stop();
		}
		return { ...judge(lamp, stage.arrived, delivery), operations: lamp.operations };
	} catch (error) {
		await lamp.stop().catch(() => {});
		const { problems, ...rest } = judge(lamp, stage.arrived, delivery);
		return { ...rest, problems: [(error as Error).message, ...problems], operations: lamp.operations };
	} finally {
		await stage.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

function judge(lamp: Lamp, arrived: readonly number[], delivery: Delivery): Omit<Outcome, "operations"> {
	const { measured, accepted, cuts, trouble, dropped } = lamp;
	const all = Array.from({ length: measured }, (_, index) => index + 1);
	// 0 is measured before the first number.
	const numbers = arrived.filter((number) => number !== 0);
	const first = [...new Set(numbers)];
	const missing = all.filter((number) => !first.includes(number));
	const list = (what: string, found: readonly number[]) =>
		found.length === 0 ? [] : [`${what}: ${found.slice(0, 20).join(", ")}`];
	/** The same of what is more than so many. */
	const beyond = (most: number) => (what: string, found: readonly number[]) =>
		found.length > most ? list(`${what} (${most} were dropped)`, found) : [];
	/** A batch in memory, and the one that was just measured. */
	const mayBeMissing = (number: number) =>
		cuts.some((cut) => number <= cut.measured && number >= cut.measured - BATCH);
	const problems = [
		...trouble,
		...list(
			"made up",
			numbers.filter((number) => !all.includes(number)),
		),
		...beyond(dropped)(
			"accepted, and lost",
			missing.filter((number) => accepted.has(number)),
		),
		...beyond(dropped)(
			"lost, and of no batch that waited for a record",
			missing.filter((number) => !mayBeMissing(number)),
		),
		...list(
			"out of order",
			first.filter((number, index) => number < (first[index - 1] ?? 0)),
		),
		...(delivery === "server"
			? list(
					"doubled",
					numbers.filter((number, at) => numbers.indexOf(number) < at),
				)
			: []),
	];
	return { cuts, measured, arrived, missing: missing.length, problems };
}
