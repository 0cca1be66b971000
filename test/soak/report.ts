import { type Figures, sumOf } from "./check.js";
import type { SoakOptions } from "./options.js";
import type { Counts } from "./troubles.js";

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
}

/** What must not be: one line each; none if the run is as promised. */
export function problemsOf({ delivery }: SoakOptions, outcome: Outcome): string[] {
	const exactly =
		delivery === "server"
			? (["lost", "doubled", "outOfOrder", "unknown"] as const)
			: (["lost", "unknown"] as const);
	const lines = outcome.devices.flatMap((one) =>
		exactly
			.filter((key) => one[key] > 0)
			.map((key) => `${one.sender}: ${key} ${one[key]} ${one.firstLost.join(" ")}`),
	);
	if (outcome.notAscending > 0) lines.push(`${outcome.notAscending} rows whose seq does not ascend`);
	return [...lines, ...outcome.complaints];
}

const row = (name: string, one: Figures, isKnown: boolean): string =>
	`| ${[name, one.sent, one.unstored, one.lost, isKnown ? one.lostAcknowledged : "", one.doubled, one.outOfOrder].join(" | ")} |`;

/** What the peers send with, by the names of their topics. */
const PEERS: Readonly<Record<string, string>> = Object.freeze({
	mqttjs: "MQTT.js, its store in files, QoS 1",
	paho: "Paho for Python, no store, QoS 1",
});

const TABLE = `| sender | sent | lost with the memory of a killed process | lost otherwise | of all lost, acknowledged by the broker | doubled | out of order |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |`;

/** The figures, in Markdown. */
export function figuresOf({ delivery }: SoakOptions, outcome: Outcome): string[] {
	const { counts, seconds, devices, peers, mostUnstored, peerComplaints } = outcome;
	const all = sumOf("devices", devices);
	const signal = delivery === "server" ? "SIGKILL" : "SIGTERM";
	const ofPeer = peers.length > 0 ? `, each peer ${counts.peers / peers.length}` : "";
	return [
		`${all.sent} readings in ${seconds.toFixed(0)} s, ${Math.round(all.sent / seconds)} a second. A kill took at most ${mostUnstored} readings from a device's memory.`,
		"",
		`- Mosquitto ended with ${signal}: ${counts.broker} times`,
		`- ended with SIGKILL: processes of devices ${counts.devices} times${ofPeer}, server ${counts.server} (${counts.serverInCommit} of them as a commit was being written), subscriber ${counts.subscriber}`,
		`- connections cut: ${counts.rst} reset, ${counts.fin} closed, ${counts["half-open"]} left half-open`,
		"",
		TABLE,
		row(`Nightlight, ${devices.length} devices, delivery \`${delivery}\``, all, false),
		...peers.map((one) => row(PEERS[one.sender] ?? one.sender, one, true)),
		...peerComplaints.slice(0, 5).map((line) => `\n${line}`),
	];
}
