import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Database from "libsql";
import { check, type Figures, MESSAGES, READINGS, type Sender } from "./check.js";
import { countIn, numbersIn } from "./number-list.js";
import type { SoakOptions } from "./options.js";
import { scheduleOf } from "./schedule.js";
import { openStage, type Senders, type Stage } from "./stage.js";
import { type Counts, makeTrouble } from "./troubles.js";
import type { Worker } from "./worker.js";

/** What a run came to. */
export interface Outcome {
	readonly devices: readonly Figures[];
	readonly peers: readonly Figures[];
	readonly counts: Counts;
	/** From the first reading to the arrival of the last. */
	readonly seconds: number;
	/** Rows of the server's database with a number (`seq`) that does not follow the row before in its stream. */
	readonly notAscending: number;
	/** What server, devices and subscriber complained of; and the peers. */
	readonly complaints: readonly string[];
	readonly peerComplaints: readonly string[];
	/** The most readings that one kill took from a device's memory. */
	readonly mostUnstored: number;
	/** The folder with everything, if something went wrong. */
	readonly folder: string | undefined;
}

const NOT_ASCENDING = `SELECT count(*) FROM (SELECT seq, lag(seq) OVER (PARTITION BY device, stream ORDER BY id) AS before
	FROM telemetry WHERE seq IS NOT NULL) WHERE seq <= before`;

/** Runs a soak to its end. @param tell hears how it comes along, a line each */
export async function soak(options: SoakOptions, tell: (line: string) => void): Promise<Outcome> {
	const stage = await openStage(options);
	let outcome: Outcome | undefined;
	try {
		outcome = await play(stage, options, tell);
		return outcome;
	} finally {
		await stage.clear(outcome?.folder !== undefined || outcome === undefined);
	}
}

async function play(stage: Stage, options: SoakOptions, tell: (line: string) => void): Promise<Outcome> {
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
		await arrival(() => arrived(stage), all, options.patience);
		const took = seconds();
		if (stage.subscriber !== undefined) await silence(stage, options);
		for (const { worker } of [...stage.devices, ...stage.peers]) await worker.end("SIGTERM");
		await stage.server.end("SIGTERM");
		await stage.subscriber?.end("SIGTERM");
		return outcomeOf(stage, counts, took);
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

/** The sum of the newest numbers of all devices in the server's database. */
function arrived({ database: file, devices }: Stage): number {
	if (!existsSync(file)) return 0;
	const database = new Database(file, { readonly: true });
	try {
		const newest = database
			.prepare(
				"SELECT json_extract(payload, '$.light') FROM telemetry WHERE device = ? ORDER BY id DESC LIMIT 50",
			)
			.raw();
		const numbers = devices.flatMap(({ names }) =>
			names.map((name) => Math.max(0, ...newest.all(name).map((row) => Number((row as [number])[0])))),
		);
		return numbers.reduce((sum, number) => sum + number, 0);
	} finally {
		database.close();
	}
}

/** Waits until the peers have sent all, and nothing more comes to their subscriber for a while. */
async function silence(stage: Stage, { patience, peerPatience }: SoakOptions): Promise<void> {
	const count = () => {
		if (!existsSync(stage.messages)) return 0;
		const database = new Database(stage.messages, { readonly: true });
		try {
			return Number(
				(database.prepare("SELECT count(*) FROM messages").raw().get() as unknown as [number])[0],
			);
		} finally {
			database.close();
		}
	};
	const sent = () =>
		stage.peers.reduce((sum, { names }) => sum + countIn(listOf(stage, names[0] as string)), 0);
	await arrival(sent, stage.quota * stage.peers.length, patience);
	await arrival(count, Number.POSITIVE_INFINITY, peerPatience);
}

function outcomeOf(stage: Stage, counts: Counts, seconds: number): Outcome {
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
	const isGood = devices.every((one) => one.lost === 0 && one.unknown === 0) && complaints.length === 0;
	const folder = isGood ? undefined : stage.folder;
	return { devices, peers, counts, seconds, notAscending, complaints, peerComplaints, mostUnstored, folder };
}

const workersOf = (groups: readonly Senders[]): Worker[] => groups.map(({ worker }) => worker);

const complaintsOf = (worker: Worker | undefined): string[] =>
	worker === undefined
		? []
		: [
				...(worker.failures > 0 ? [`ended by itself ${worker.failures} times`] : []),
				...worker.said.split("\n").filter((line) => line !== ""),
			];
