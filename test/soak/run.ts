import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Database from "libsql";
import { check, MESSAGES, READINGS, type Sender } from "./check.js";
import { countIn, numbersIn } from "./number-list.js";
import type { SoakOptions } from "./options.js";
import { type Outcome, problemsOf } from "./report.js";
import { scheduleOf } from "./schedule.js";
import { openStage, type Senders, type Stage } from "./stage.js";
import { type Counts, makeTrouble } from "./troubles.js";
import type { Worker } from "./worker.js";

/** What a run came to, and what of that must not be, a line each. */
export interface Verdict extends Outcome {
	readonly problems: readonly string[];
	/** The folder with everything, if something went wrong. */
	readonly folder: string | undefined;
}

const NOT_ASCENDING = `SELECT count(*) FROM (SELECT seq, lag(seq) OVER (PARTITION BY device, stream ORDER BY id) AS before
	FROM telemetry WHERE seq IS NOT NULL) WHERE seq <= before`;

/** Runs a soak to its end. @param tell hears how it comes along, a line each */
export async function soak(options: SoakOptions, tell: (line: string) => void): Promise<Verdict> {
	const stage = await openStage(options);
	let outcome: Verdict | undefined;
	try {
		outcome = await play(stage, options, tell);
		return outcome;
	} finally {
		await stage.clear(outcome?.folder !== undefined || outcome === undefined);
	}
}

async function play(stage: Stage, options: SoakOptions, tell: (line: string) => void): Promise<Verdict> {
	const began = performance.now();
	const lists = stage.devices.flatMap(({ names }) => names.map((name) => listOf(stage, name)));
	const progress = () => lists.reduce((sum, list) => sum + countIn(list), 0);
	const seconds = () => (performance.now() - began) / 1000;
	const show = setInterval(
		() => tell(`${seconds().toFixed(0)} s: ${progress()} of ${stage.quota * options.devices}`),
		10_000,
	);
	try {
		const schedule = scheduleOf(options, stage.peers.length);
		const counts = await makeTrouble(stage, schedule, options, progress);
		tell(`${seconds().toFixed(0)} s: no more trouble`);
		const all = stage.quota * options.devices;
		await arrival(() => progress(), all, options.patience);
		const wanted = wantedOf(stage);
		const sum = [...wanted.values()].reduce((total, number) => total + number, 0);
		await arrival(() => arrived(stage, wanted), sum, options.patience);
		const took = seconds();
		await arrival(() => countOf(stage.database, "telemetry"), Number.POSITIVE_INFINITY, 1);
		if (stage.subscriber !== undefined) await silence(stage, options);
		for (const { worker } of [...stage.devices, ...stage.peers]) await worker.end("SIGTERM");
		await stage.server.end("SIGTERM");
		await stage.subscriber?.end("SIGTERM");
		return outcomeOf(stage, options, counts, took);
	} finally {
		clearInterval(show);
	}
}

const listOf = ({ folder }: Stage, name: string): string => join(folder, `${name}.list`);

/** Waits until `count` is `all`, or has not grown for `patience` seconds. */
async function arrival(count: () => number, all: number, patience: number): Promise<void> {
	let best = -1;
	let since = performance.now();
	while (performance.now() - since < patience * 1000) {
		const found = count();
		if (found >= all) return;
		if (found > best) [best, since] = [found, performance.now()];
		await pause(200);
	}
}

/** The highest number of each device that must arrive. */
function wantedOf({ devices, quota }: Stage): Map<string, number> {
	const highest = (unstored: readonly number[]): number => {
		const gone = new Set(unstored);
		let number = quota;
		while (gone.has(number)) number--;
		return number;
	};
	const named = devices.flatMap(({ names, witnesses }) =>
		names.map((name, index) => [name, highest(witnesses[index]?.unstored ?? [])] as const),
	);
	return new Map(named);
}

/** How far the devices have come, as a sum: each is at the highest number among its newest rows, or at what is wanted. */
function arrived({ database: file }: Stage, wanted: ReadonlyMap<string, number>): number {
	if (!existsSync(file)) return 0;
	const database = new Database(file, { readonly: true });
	try {
		const newest = database
			.prepare(
				"SELECT json_extract(payload, '$.light') FROM telemetry WHERE device = ? ORDER BY id DESC LIMIT 500",
			)
			.raw();
		let sum = 0;
		for (const [name, most] of wanted) {
			const numbers = newest.all(name).map((row) => Number((row as [number])[0]));
			sum += Math.min(most, Math.max(0, ...numbers));
		}
		return sum;
	} finally {
		database.close();
	}
}

/** How many rows a table of a database has; 0 while that is not there. */
function countOf(file: string, table: string): number {
	if (!existsSync(file)) return 0;
	const database = new Database(file, { readonly: true });
	try {
		const row = database.prepare(`SELECT max(id) FROM ${table}`).raw().get();
		return Number((row as unknown as [number])[0]);
	} finally {
		database.close();
	}
}

/** Waits until the peers have sent all, and nothing more comes to their subscriber for a while. */
async function silence(stage: Stage, { patience, peerPatience }: SoakOptions): Promise<void> {
	const sent = () =>
		stage.peers.reduce((sum, { names }) => sum + countIn(listOf(stage, names[0] as string)), 0);
	await arrival(sent, stage.quota * stage.peers.length, patience);
	await arrival(() => countOf(stage.messages, "messages"), Number.POSITIVE_INFINITY, peerPatience);
}

function outcomeOf(stage: Stage, options: SoakOptions, counts: Counts, seconds: number): Verdict {
	const senders = (groups: readonly Senders[]): Sender[] =>
		groups.flatMap(({ names, witnesses }) =>
			names.map((name, index) => ({
				name,
				sent: countIn(listOf(stage, name)),
				unstored: witnesses[index]?.unstored ?? [],
				acknowledged: numbersIn(join(stage.folder, `${name}.acked`)),
			})),
		);
	const readings = { file: stage.database, from: READINGS };
	const devices = check(join(stage.folder, "check.db"), senders(stage.devices), readings);
	const messages = { file: stage.messages, from: MESSAGES };
	const peers =
		stage.subscriber === undefined
			? []
			: check(join(stage.folder, "peers.db"), senders(stage.peers), messages);
	const database = new Database(stage.database, { readonly: true });
	const [notAscending] = database.prepare(NOT_ASCENDING).raw().get() as unknown as [number];
	database.close();
	const complaints = [stage.server, stage.subscriber, ...workersOf(stage.devices)].flatMap(complaintsOf);
	const peerComplaints = workersOf(stage.peers).flatMap(complaintsOf);
	const mostUnstored = Math.max(
		...stage.devices.flatMap(({ witnesses }) => witnesses.map(({ most }) => most)),
	);
	const figures = { devices, peers, counts, seconds, notAscending, complaints, peerComplaints, mostUnstored };
	const problems = problemsOf(options, figures);
	return { ...figures, problems, folder: problems.length > 0 ? stage.folder : undefined };
}

const workersOf = (groups: readonly Senders[]): Worker[] => groups.map(({ worker }) => worker);

const complaintsOf = (worker: Worker | undefined): string[] =>
	worker === undefined
		? []
		: [
				...(worker.failures > 0 ? [`ended by itself ${worker.failures} times`] : []),
				...worker.said.split("\n").filter((line) => line !== ""),
			];
