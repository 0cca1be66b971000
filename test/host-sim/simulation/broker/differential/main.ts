import {
	type BrokerWays,
	MOSQUITTO_WAYS,
	STANDARD_WAYS,
} from "../../../../../host-sim/simulation/broker/broker.js";
import { mosquitto } from "../../../../support/requires.js";
import { DIFFERENCES, waysWithout } from "./differences.js";
import { playOnMosquitto } from "./oracle.js";
import { compare, KINDS, type Kind, play, show } from "./play.js";
import { scriptOf } from "./script.js";
import { dialModel } from "./wire.js";

/** The model brokers that are compared with Mosquitto, and in how many scripts each differs, and how. */
const COLUMNS: readonly { name: string; ways: BrokerWays; differing: Map<Kind, number> }[] = [
	{ name: "Mosquitto's ways", ways: MOSQUITTO_WAYS, differing: new Map() },
	...DIFFERENCES.map(({ way }) => ({
		name: `Mosquitto's ways, the standard's \`${way}\``,
		ways: waysWithout(way),
		differing: new Map(),
	})),
	{ name: "the standard's ways", ways: STANDARD_WAYS, differing: new Map() },
];

const scripts = Number(process.argv[2] ?? 300);
const first = Number(process.argv[3] ?? 0);
if (!(Number.isInteger(scripts) && scripts > 0 && Number.isInteger(first) && first >= 0)) {
	process.stderr.write("npm run differential -- [how many scripts, 300] [the first one's seed, 0]\n");
	process.exit(2);
}
if (!mosquitto.isThere()) {
	process.stderr.write(`Mosquitto is missing: ${mosquitto.install}\n`);
	process.exit(2);
}
for (let seed = first; seed < first + scripts; seed++) {
	const script = scriptOf(seed);
	const theirs = await playOnMosquitto(script);
	for (const { ways, differing } of COLUMNS) {
		const difference = compare(await play(script, dialModel(ways)), theirs);
		if (difference === undefined) continue;
		differing.set(difference.kind, (differing.get(difference.kind) ?? 0) + 1);
		if (ways !== MOSQUITTO_WAYS) continue;
		process.stderr.write(`${show(script, difference)}\n`);
		process.exitCode = 1;
	}
}
process.stdout.write(`| the model broker with | scripts | alike | ${KINDS.join(" | ")} |\n`);
process.stdout.write(`|${" --- |".repeat(KINDS.length + 3)}\n`);
for (const { name, differing } of COLUMNS) {
	const counts = KINDS.map((kind) => differing.get(kind) ?? 0);
	const alike = scripts - counts.reduce((sum, count) => sum + count, 0);
	process.stdout.write(`| ${[name, scripts, alike, ...counts].join(" | ")} |\n`);
}
