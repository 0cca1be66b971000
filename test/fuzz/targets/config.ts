import { type Config, describeProblem, parseConfig } from "../../../firmware/config.js";
import { bytesOf, looseText } from "../bytes.js";
import { anyJson } from "../json-text.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target } from "../target.js";

const NAMES =
	"id broker mqtt reconnect telemetry commands protocol host port path username password keepAlive cleanSession receiveBuffer inFlight maximumPacket attempts responseTimeout initial maximum stable timeout interval sample threshold qos deadband minimumInterval maximumInterval time minimum sensors name pin topics status state __proto__".split(
		" ",
	);
const SENSORS = [
	'[{"name":"a","pin":"b"}]',
	'[{"name":"light","pin":"light"},{"name":"humidity","pin":"A1","minimum":0,"maximum":100,"deadband":2}]',
	'[{"name":"a","pin":"b","minimum":-40,"maximum":85}]',
	'[{"name":"a","pin":"b","minimum":5,"maximum":5}]',
];
/** It must not be told. */
const SECRET = "s3cret-Passw0rd";

/** A configuration as the program has it, some of its values others. */
function anyConfig(random: Random): string {
	const value = () => anyJson(random, NAMES, 1);
	const section = (entries: Record<string, string>) =>
		`{${Object.entries(entries)
			.filter(() => random.chance(0.6))
			.map(([name, usual]) => `"${name}":${random.chance(0.95) ? usual : value()}`)
			.join(",")}}`;
	const parts = [
		`"id":${random.chance(0.97) ? '"d1"' : value()}`,
		`"broker":${random.chance(0.85) ? '{"host":"broker.test"}' : section({ protocol: '"ws"', host: '"h"', port: "1", path: '"/a"' })}`,
		`"mqtt":${section({ username: '"u"', password: random.chance(0.5) ? `"${SECRET}"` : `["${SECRET}"]`, keepAlive: "2000", cleanSession: "false", receiveBuffer: "64", inFlight: "1", attempts: "0" })}`,
		`"telemetry":${section({ interval: "10", sample: "10", threshold: "300", qos: "1", time: '"unix"', sensors: random.pick(SENSORS) })}`,
		`"reconnect":${section({ initial: "10", maximum: "20", stable: "0", timeout: "100" })}`,
		`"commands":${section({ qos: "2" })}`,
		`"topics":${section({ telemetry: '"a/{id}"', commands: '"b"', status: "null", state: '"{id}/é"' })}`,
	];
	return `{${parts.filter(() => random.chance(0.95)).join(",")}}`;
}

/** Numbers that decide over memory and time. */
function checkRanges({ id, broker, mqtt, reconnect, telemetry }: Config): void {
	const isWithin = (value: number, least: number, most: number) =>
		demand(Number.isInteger(value) && value >= least && value <= most, `${value} is out of range`);
	demand(/^[\w.-]{1,64}$/.test(id), "an id that is none");
	isWithin(broker.port, 1, 65_535);
	isWithin(mqtt.receiveBuffer, 64, 65_536);
	isWithin(mqtt.inFlight, 1, 64);
	isWithin(mqtt.keepAlive, 0, 65_535_000);
	isWithin(mqtt.responseTimeout, 100, 600_000);
	isWithin(reconnect.initial, 10, reconnect.maximum);
	isWithin(telemetry.interval, 10, 86_400_000);
	if (telemetry.sample !== undefined) isWithin(telemetry.sample, 10, telemetry.interval);
	if (telemetry.threshold !== undefined) isWithin(telemetry.threshold, -1_000_000, 1_000_000);
	for (const { minimum, maximum, deadband } of telemetry.sensors) {
		isWithin(minimum, -1_000_000, maximum - 1);
		isWithin(maximum, minimum + 1, 1_000_000);
		isWithin(deadband, 0, 2_000_000);
	}
	demand(telemetry.sensors.length > 0 && telemetry.sensors.length <= 16, "another number of sensors");
}

export const config: Target = {
	name: "config",
	covers: ["firmware/config.ts", "firmware/schema.ts"],
	share: 4,
	generate: (random) => {
		const text = random.chance(0.1) ? anyJson(random, NAMES) : anyConfig(random);
		return spoilt(bytesOf(text), random, 0.8);
	},
	run: (input) => {
		let source: unknown;
		try {
			source = JSON.parse(looseText(input));
		} catch {
			return "no JSON";
		}
		const parsed = parseConfig(source);
		if (parsed.kind === "valid") {
			checkRanges(parsed.config);
			const again = parseConfig(JSON.parse(JSON.stringify(parsed.config)));
			demand(again.kind === "valid", "refuses its own configuration");
			demandSame(
				JSON.stringify(again.config),
				JSON.stringify(parsed.config),
				"reads its own configuration differently",
			);
			return "valid";
		}
		demand(parsed.problems.length > 0, "invalid without a problem");
		for (const problem of parsed.problems) {
			const line = describeProblem(problem);
			demand(!/[\r\n]/.test(line), "a problem of more than a line");
			demand(problem.got.length <= 60, "repeats too much of a value");
			if (problem.key === "mqtt.password") demand(!line.includes(SECRET), "tells a password");
		}
		return "invalid";
	},
};
