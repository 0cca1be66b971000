import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { SoakOptions } from "./options.js";
import type { Schedule, Trouble } from "./schedule.js";
import type { Senders, Stage } from "./stage.js";
import type { Worker } from "./worker.js";

/** Milliseconds that what was started again has to itself at least. */
const LEAST_LIFE = 400;
/** Milliseconds to wait for the server to begin a commit. */
const COMMIT_WAIT = 20_000;
/** Milliseconds without a reading after which a run is given up. */
const STANDSTILL = 180_000;

/** How often each trouble came. */
export interface Counts {
	broker: number;
	devices: number;
	server: number;
	serverInCommit: number;
	rst: number;
	fin: number;
	"half-open": number;
	peers: number;
	subscriber: number;
}

/** Has everything go wrong that a schedule says, as the senders come along. Resolves when the last is over. */
export async function makeTrouble(
	stage: Stage,
	schedule: Schedule,
	{ delivery }: SoakOptions,
	progress: () => number,
): Promise<Counts> {
	const counts: Counts = {
		...{ broker: 0, devices: 0, server: 0, serverInCommit: 0, rst: 0, fin: 0, "half-open": 0 },
		...{ peers: 0, subscriber: 0 },
	};
	const each = async <T extends Trouble>(troubles: readonly T[], make: (trouble: T) => Promise<void>) => {
		for (const trouble of troubles) {
			while (progress() < trouble.at) await pause(20);
			await make(trouble);
		}
	};
	const broker = each(schedule.broker, async ({ lasts }) => {
		await stage.broker.end(delivery === "server" ? "SIGKILL" : "SIGTERM");
		counts.broker++;
		await pause(lasts);
		await stage.broker.up();
		await pause(LEAST_LIFE);
	});
	const devices = stage.devices.map((senders, index) =>
		each(
			schedule.devices.filter(({ process }) => process === index),
			async ({ lasts }) => {
				await kill(senders, lasts);
				counts.devices++;
			},
		),
	);
	const peers = stage.peers.map((senders, index) =>
		each(schedule.peers[index] ?? [], async ({ lasts }) => {
			await kill(senders, lasts);
			counts.peers++;
		}),
	);
	const server = each(schedule.server, async ({ lasts, isInCommit }) => {
		await rest(stage.server);
		if (await writes(`${stage.database}-wal`)) counts.serverInCommit += isInCommit ? 1 : 0;
		if (!isInCommit) await pause(lasts / 3);
		await stage.server.end("SIGKILL");
		counts.server++;
		await pause(lasts);
		stage.server.start();
	});
	const subscriber = each(stage.subscriber === undefined ? [] : schedule.subscriber, async ({ lasts }) => {
		const worker = stage.subscriber as Worker;
		await rest(worker);
		await worker.end("SIGKILL");
		counts.subscriber++;
		await pause(lasts);
		worker.start();
	});
	const cuts = each(schedule.cuts, async ({ cut, choice }) => {
		while (!stage.proxy.cut(cut, choice)) await pause(20);
		counts[cut]++;
	});
	const all = Promise.all([broker, ...devices, ...peers, server, subscriber, cuts]);
	const last = Math.max(
		0,
		...Object.values(schedule)
			.flat(2)
			.map(({ at }) => at),
	);
	await Promise.race([all, standstill(progress, last).then(() => all)]);
	return counts;
}

/**
 * Waits until the senders have come as far as the last trouble.
 * @throws Error when they do not come further for a long time
 */
async function standstill(progress: () => number, last: number): Promise<void> {
	let [before, since] = [progress(), performance.now()];
	while (before < last) {
		await pause(500);
		const now = progress();
		if (now > before) [before, since] = [now, performance.now()];
		if (performance.now() - since > STANDSTILL) throw new Error(`the devices stand still at ${now} readings`);
	}
}

async function kill({ worker, witnesses }: Senders, lasts: number): Promise<void> {
	await rest(worker);
	await worker.end("SIGKILL");
	for (const witness of witnesses) witness.killed();
	await pause(lasts);
	worker.start();
}

/** Waits until a program has run for a while. */
const rest = (worker: Worker) => pause(Math.max(0, worker.since + LEAST_LIFE - performance.now()));

/** Waits until a file is written to. Whether that happens in time. */
function writes(path: string): Promise<boolean> {
	return new Promise((resolve) => {
		const done = (isWritten: boolean) => {
			clearTimeout(timer);
			watcher.close();
			resolve(isWritten);
		};
		const timer = setTimeout(() => done(false), COMMIT_WAIT);
		const watcher = watch(dirname(path), (_, name) => {
			if (name === basename(path)) done(true);
		});
	});
}
