import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { createWorld } from "../../host-sim/simulation/create-world.js";
import { SimulatedSocket } from "../../host-sim/simulation/network/socket.js";
import type { Settings } from "../../host-sim/simulation/variety.js";
import type { Bench } from "./report.js";

const FIXTURE = new URL("../fixtures/room-light/room-light.csv", import.meta.url);
/** What one lux counts as a reading. */
const SCALE = 0.6;
const THRESHOLD = 300;
/** Milliseconds between two readings of the sensor. */
const SAMPLE = 2000;
/** When the recording begins, and when the device is switched on before that, in milliseconds. */
const BEGIN = 20_000;
const PHASES: readonly number[] = [10_000, 10_250, 10_500, 10_750, 11_000, 11_250, 11_500, 11_750];
/** Of the bytes of the lesson's way. */
const WANTED_SHARE = 0.004;

/** The lesson's way, with QoS 1: each reading is a message. */
const EACH: Settings = { telemetry: { qos: 1, interval: SAMPLE } };
/** A message only when the threshold is crossed, and every six hours; pings every five minutes. */
const CROSSINGS: Settings = {
	mqtt: { keepAlive: 600_000 },
	telemetry: {
		...{ qos: 1, sample: SAMPLE, interval: 21_600_000, maximumInterval: 21_600_000, threshold: THRESHOLD },
	},
};

interface Change {
	/** Milliseconds since the first. */
	readonly at: number;
	readonly light: number;
}

function readRoom(share: number): readonly Change[] {
	const rows: { time: string; light: string }[] = parse(readFileSync(FIXTURE), { columns: true });
	const start = Date.parse(`${rows[0]?.time}Z`);
	return rows.slice(0, Math.ceil(rows.length * share)).map(({ time, light }) => ({
		at: Date.parse(`${time}Z`) - start,
		light: Math.min(1023, Math.round(Number(light) * SCALE)),
	}));
}

interface Life {
	/** Bytes of MQTT in both directions. */
	readonly bytes: number;
	/** The longest time in milliseconds that the LED was not as the rule says. */
	readonly wrong: number;
}

/** @param phase when the device is switched on, in milliseconds before the recording begins */
async function live(changes: readonly Change[], settings: Settings, phase: number): Promise<Life> {
	const counted = countBytes();
	try {
		const world = createWorld({ devices: { d1: settings } });
		world.device("d1").cutPower();
		await world.run(BEGIN - phase);
		world.device("d1").switchOn();
		const { led } = world.device("d1");
		let wrong = 0;
		for (const { at, light } of changes) {
			const begin = at + BEGIN;
			await world.run(begin - world.time);
			world.light("d1", light);
			const wanted = light < THRESHOLD;
			while (led.value !== wanted && world.time < begin + 50_000) await world.run(1);
			wrong = Math.max(wrong, world.time - begin);
		}
		return { bytes: counted.bytes, wrong };
	} finally {
		counted.stop();
	}
}

/** The bytes of one life, and the longest time of several, whose readings fall on other moments each. */
async function longest(changes: readonly Change[], settings: Settings): Promise<Life> {
	const lives: Life[] = [];
	for (const phase of PHASES) lives.push(await live(changes, settings, phase));
	return { bytes: lives[0]?.bytes ?? 0, wrong: Math.max(...lives.map(({ wrong }) => wrong)) };
}

/** Counts what goes through the sockets of devices from now on. */
function countBytes(): { readonly bytes: number; stop: () => void } {
	const { write, received } = SimulatedSocket.prototype;
	const counted = {
		bytes: 0,
		stop: () => void Object.assign(SimulatedSocket.prototype, { write, received }),
	};
	SimulatedSocket.prototype.write = function (data) {
		counted.bytes += data.byteLength;
		return write.call(this, data);
	};
	SimulatedSocket.prototype.received = function (bytes) {
		counted.bytes += bytes.length;
		received.call(this, bytes);
	};
	return counted;
}

/** A real room: how often is a message worth it? */
export const often: Bench = {
	name: "often",
	sides: ["crossings of the threshold", "each reading"],
	async run(effort) {
		const changes = readRoom(Math.min(1, Math.max(0.01, effort)));
		const ours = await longest(changes, CROSSINGS);
		const theirs = await live(changes, EACH, PHASES[0] as number);
		const days = (changes.at(-1)?.at ?? 0) / 86_400_000;
		const share = ours.bytes / theirs.bytes;
		return [
			{
				what: `bytes a day, both ways, over ${days.toFixed(1)} days`,
				ours: `${Math.round(ours.bytes / days).toLocaleString("en")}`,
				theirs: `${Math.round(theirs.bytes / days).toLocaleString("en")}`,
				ratio: `${(share * 100).toFixed(2)} %`,
				goal: { wanted: `at most ${WANTED_SHARE * 100} %`, isMet: share <= WANTED_SHARE },
			},
			{
				what: "longest time that the LED was not as the rule says",
				ours: `${ours.wrong} ms`,
				theirs: `${theirs.wrong} ms`,
				ratio: "",
				goal: { wanted: `at most ${SAMPLE} ms`, isMet: ours.wrong <= SAMPLE },
			},
		];
	},
};
