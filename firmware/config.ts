import { utf8Length } from "./mqtt/utf8.js";
import {
	abbreviated,
	type Checked,
	check,
	choice,
	flag,
	host,
	identifier,
	integer,
	list,
	named,
	object,
	optional,
	type Problem,
	path,
	secret,
	text,
	topic,
} from "./schema.js";

/** The longest time a setting can name, in milliseconds: a day. */
const DAY = 86_400_000;

/** The longest time a reading may wait, in milliseconds: ten years. */
const LONGEST_EXPIRY = 315_360_000_000;

const qos = choice<0 | 1 | 2>(0, 1, 2);

/** The largest whole number that a sensor measures, and with a minus the smallest. */
const LARGEST = 1_000_000;

const sensor = object({
	/** In the telemetry message. */
	name: identifier(32),
	/** Its pin's name on the board. */
	pin: identifier(32),
	/** What it measures at no voltage and at full scale, in its unit. */
	minimum: integer(-LARGEST, LARGEST, 0),
	maximum: integer(-LARGEST, LARGEST, 1023),
	/** Report only what differs by this much from the last report; 0 reports every reading. */
	deadband: integer(0, 2 * LARGEST, 0),
});

const DEFAULT_PORT = Object.freeze({ mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 });

/** Where the broker is. */
const broker = object({
	/** MQTT over TCP, over TLS, over a WebSocket, over a WebSocket in TLS: the scheme of its URL. */
	protocol: choice("mqtt", "mqtts", "ws", "wss"),
	/** A host name or an IP address. With TLS the broker's certificate must have it. */
	host: host(253),
	/** Default: the protocol's own. */
	port: optional(integer(1, 65_535)),
	/** Of a WebSocket. */
	path: path(4096, "/mqtt"),
});

/** The rules of the configuration. */
export const SCHEMA = object({
	/** The device's own name: in its topics and its client id. */
	id: identifier(64),
	/** The groups it belongs to: it also obeys what each of them is told. */
	groups: list(identifier(32), 0, 8, []),
	broker,
	mqtt: object({
		/** `<id>nightlight_client`, as in the lesson, when absent. */
		clientId: optional(text(1, 1024)),
		username: optional(text(1, 1024)),
		password: optional(secret(1, 1024)),
		/** Milliseconds; 0 turns it off. */
		keepAlive: integer(0, 65_535_000, 60_000),
		/** Whether broker and device forget each other between connections. */
		cleanSession: flag(true),
		/** Bytes; a larger message is skipped and reported. */
		receiveBuffer: integer(64, 65_536, 1024),
		/** Messages with QoS 1 and 2 under way at most. */
		inFlight: integer(1, 64, 4),
		/** Bytes of the largest packet to send: a broker that allows less closes the connection on it. */
		maximumPacket: integer(1024, 268_435_455, 262_144),
		/** Connections in a row that may end while a message is the oldest before it is given up; 0: it never is. */
		attempts: integer(0, 1000, 10),
		/** Milliseconds to wait for any answer of the broker. */
		responseTimeout: integer(100, 600_000, 10_000),
	}),
	/** The Wi-Fi network of a board that joins one itself. */
	wifi: object({
		/** Its name. */
		ssid: optional(text(1, 32)),
		/** Absent for an open network. */
		password: optional(secret(8, 63)),
		/** The server that says what time it is. */
		timeServer: named(253, "pool.ntp.org"),
	}),
	/** Trying again after a failure: from `initial` milliseconds, doubling, up to `maximum`. */
	reconnect: object({
		initial: integer(10, DAY, 1000),
		maximum: integer(10, DAY, 60_000),
		/** Milliseconds a connection must last before the next failure starts from `initial`. */
		stable: integer(0, DAY, 30_000),
		/** Milliseconds for resolving the name, and again for opening the connection. */
		timeout: integer(100, 600_000, 10_000),
	}),
	telemetry: object({
		/** Milliseconds between reports. */
		interval: integer(10, DAY, 2000),
		/** Milliseconds between readings, at most `interval`; `interval` when absent. */
		sample: optional(integer(10, DAY)),
		/** A reading of the first sensor that crosses it, in the sensor's unit, does not wait for `interval`. */
		threshold: optional(integer(-LARGEST, LARGEST)),
		qos,
		/** Milliseconds between reports at least; and at most, where sensors have a deadband. */
		minimumInterval: integer(0, DAY, 0),
		maximumInterval: integer(0, DAY, 60_000),
		/** A `time` field with the time of measurement: ISO 8601, or milliseconds since 1970. */
		time: choice("none", "iso-8601", "unix"),
		sensors: list(sensor, 1, 16, [{ name: "light", pin: "light" }]),
	}),
	/** What becomes of readings while there is no connection, or no answer. */
	outbox: object({
		/** Only the newest reading is sent after an outage, or none, or all. */
		policy: choice("latest", "drop", "keep"),
		/** Whose answer ends the waiting. */
		delivery: choice("broker", "server"),
		/** Readings that wait at most, and characters of them. */
		messages: integer(1, 1_000_000, 256),
		bytes: integer(64, 268_435_455, 32_768),
		/** Which are dropped when it is full. */
		full: choice("oldest", "newest"),
		/** Milliseconds between two late readings at least. */
		drainInterval: integer(0, 60_000, 10),
		/** Milliseconds; older readings are dropped. */
		expires: optional(integer(1000, LONGEST_EXPIRY)),
		/** Milliseconds to wait for the server's answer, doubled each time that it does not come. */
		ackTimeout: integer(100, 600_000, 5000),
		/** The server's name: another one's answers do not count. */
		server: named(32, "nightlight"),
	}),
	/** The rule on the device itself, for as long as no server decides. */
	fallback: object({
		/** Milliseconds without a connection before it begins; it never does when absent. */
		after: optional(integer(0, DAY)),
		/** The LED is on below it, by the first sensor. */
		threshold: integer(-LARGEST, LARGEST, 300),
		/** How far above the threshold the LED goes off again. */
		hysteresis: integer(0, LARGEST, 0),
		/** Whether it also begins with a connection over which no server is heard of. */
		whenSilent: flag(false),
	}),
	commands: object({ qos }),
	/** Azure IoT Hub in place of the lesson's topics. */
	azure: object({
		/** Of a device or a module, as Azure shows it. */
		connectionString: optional(secret(1, 2048)),
		/** Milliseconds for which a token of the key is made; it is replaced after three quarters. */
		tokenLifetime: integer(2000, DAY, 3_600_000),
	}),
	/** The lesson's topics; `{id}` stands for the device's id, `null` for a topic that is not used. */
	topics: object({
		/** Readings, with `telemetry.qos`. Without it the device reports nothing. */
		telemetry: topic("{id}/telemetry"),
		/** Commands, with `commands.qos`. Without it the device takes none. */
		commands: topic("{id}/commands"),
		/** `online` and `offline`, retained. Without it there is no will. */
		status: topic("{id}/status"),
		/** The state of the LED, retained. */
		state: topic("{id}/state"),
		/** The device's answers to commands with an id. Without it there are none. */
		responses: topic("{id}/responses"),
		/** The server's answers to readings, where `outbox.delivery` asks for them. */
		acks: topic("{id}/acks"),
	}),
});

type Values = Checked<typeof SCHEMA>;

/** The configuration of one device; every value is checked. */
export type Config = Values & { broker: { port: number } };

export type ParsedConfig =
	| { kind: "valid"; config: Config }
	| { kind: "invalid"; problems: readonly Problem[] };

/**
 * Checks a configuration from outside (parsed JSON, `mc/config`) and fills in the defaults. How values fit together is
 * checked once each of them is right.
 */
export function parseConfig(source: unknown): ParsedConfig {
	const problems: Problem[] = [];
	const values = check(SCHEMA, source ?? {}, "", problems);
	if (problems.length === 0) checkTogether(values, problems);
	if (problems.length > 0) return { kind: "invalid", problems };
	const { broker } = values;
	const port = broker.port ?? DEFAULT_PORT[broker.protocol];
	return { kind: "valid", config: { ...values, broker: { ...broker, port } } };
}

/** Where the devices of a group take commands. */
export const groupTopic = (group: string): string => `groups/${group}/commands`;

/** A topic of the configuration as it is on the wire. */
export const topicOf = (template: string, id: string): string => template.replace("{id}", id);

/** What no single value shows. */
function checkTogether(config: Values, problems: Problem[]): void {
	const { mqtt, reconnect, telemetry, wifi } = config;
	const complain = (key: string, got: number | string, wants: string) =>
		problems.push({ key, got: String(got), wants });
	if (mqtt.password !== undefined && mqtt.username === undefined) {
		complain("mqtt.username", "nothing", "a user name, for there is a password");
	}
	if (utf8Length(wifi.ssid ?? "") > 32) complain("wifi.ssid", `"${wifi.ssid}"`, "at most 32 bytes of UTF-8");
	if (mqtt.keepAlive > 0 && mqtt.keepAlive < 1000) {
		complain("mqtt.keepAlive", mqtt.keepAlive, "0, or 1000 or more: MQTT counts in whole seconds");
	}
	if (reconnect.maximum < reconnect.initial) {
		complain("reconnect.maximum", reconnect.maximum, `reconnect.initial (${reconnect.initial}) or more`);
	}
	if (telemetry.maximumInterval < telemetry.minimumInterval) {
		complain(
			"telemetry.maximumInterval",
			telemetry.maximumInterval,
			`telemetry.minimumInterval (${telemetry.minimumInterval}) or more`,
		);
	}
	const { sample, interval } = telemetry;
	if (sample !== undefined && sample > interval) {
		complain("telemetry.sample", sample, `telemetry.interval (${interval}) or less`);
	}
	if (config.groups.length > 0 && config.azure.connectionString !== undefined)
		complain("groups", `"${config.groups[0]}"`, "none: an Azure IoT Hub has no groups");
	checkTopics(config, complain);
	checkOutbox(config, complain);
	telemetry.sensors.forEach(({ name, minimum, maximum }, index) => {
		if (maximum <= minimum) {
			complain(`telemetry.sensors.${index}.maximum`, maximum, `more than the minimum, ${minimum}`);
		}
		const first = telemetry.sensors.findIndex((other) => other.name === name);
		if (name === "__proto__") {
			complain(`telemetry.sensors.${index}.name`, `"${name}"`, "a name that JavaScript does not claim");
		} else if (name === "time" && telemetry.time !== "none") {
			complain(`telemetry.sensors.${index}.name`, `"${name}"`, "another name, for there is a time field");
		} else if (first !== index) {
			complain(`telemetry.sensors.${index}.name`, `"${name}"`, "a name that no other sensor has");
		}
	});
}

type Complain = (key: string, got: number | string, wants: string) => void;

/** What an outbox adds to a message. */
const OF_OUTBOX = Object.freeze(["seq", "stream", "base", "late", "time"]);

/** An outbox waits for answers that can come, and its own members are no sensor's. */
function checkOutbox({ outbox, telemetry, topics }: Values, complain: Complain): void {
	const { policy, delivery } = outbox;
	if (policy !== "keep" && delivery !== "server") return;
	const why = policy === "keep" ? 'outbox.policy is "keep"' : 'outbox.delivery is "server"';
	if (policy === "drop")
		complain("outbox.policy", '"drop"', '"latest" or "keep", for outbox.delivery is "server"');
	if (telemetry.qos === 0) complain("telemetry.qos", 0, `1 or 2, for ${why}`);
	if (topics.telemetry === null) complain("topics.telemetry", "null", `a topic, for ${why}`);
	if (delivery === "server" && topics.acks === null) complain("topics.acks", "null", `a topic, for ${why}`);
	telemetry.sensors.forEach(({ name }, index) => {
		if (!OF_OUTBOX.includes(name)) return;
		complain(`telemetry.sensors.${index}.name`, `"${name}"`, `another name, for ${why}`);
	});
}

/** The longest topic, in bytes of UTF-8 (MQTT 3.1.1, 1.5.3). */
const MAX_TOPIC = 65_535;
/** Bytes of a message beside its topic: at most, of one that the device sends; at least, of one that it takes. */
const MOST_BESIDE = 768;
const LEAST_BESIDE = 4;

/** Topics fit into the messages that carry them, and none is used for two things. */
function checkTopics({ id, mqtt, topics }: Values, complain: Complain): void {
	const names = Object.keys(topics) as (keyof typeof topics)[];
	const used: string[] = [];
	for (let index = 0; index < names.length; index++) {
		const name = names[index] as keyof typeof topics;
		const topic = topicOf(topics[name] ?? "", id);
		const room = name === "commands" ? mqtt.receiveBuffer - LEAST_BESIDE : mqtt.maximumPacket - MOST_BESIDE;
		const most = Math.min(MAX_TOPIC, room);
		// A UTF-16 unit takes three bytes at most.
		const bytes = topic.length * 3 > most ? utf8Length(topic) : 0;
		if (bytes > most) complain(`topics.${name}`, `${bytes} bytes`, `${most} bytes at most`);
		const first = topic === "" ? -1 : used.indexOf(topic);
		if (first >= 0) {
			const wants = `another topic than topics.${names[first]}`;
			complain(`topics.${name}`, abbreviated(JSON.stringify(topic)), wants);
		}
		used.push(topic);
	}
}

export { type AnyRule, describeProblem, type Format, type Problem } from "./schema.js";
