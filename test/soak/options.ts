import { parseArgs } from "node:util";

/** How large a soak is. */
export interface SoakOptions {
	readonly seed: number;
	/** Readings of all devices together, 1,000,000 of each at most. */
	readonly messages: number;
	readonly devices: number;
	/** Processes that the devices are divided among. */
	readonly processes: number;
	/** Whose answer the devices wait for. With `broker` the broker is ended with SIGTERM, with `server` with SIGKILL. */
	readonly delivery: "server" | "broker";
	/** How often the broker, a process of devices and the server are ended, and connections cut. */
	readonly brokerKills: number;
	readonly deviceKills: number;
	readonly serverKills: number;
	readonly cuts: number;
	/** Whether MQTT.js and Paho send as well. */
	readonly peers: boolean;
	/** Seconds without an arrival, at the end, after which the rest counts as lost: of readings, of the peers' messages. */
	readonly patience: number;
	readonly peerPatience: number;
	/** Where the figures are added; `undefined`: nowhere. */
	readonly results?: string | undefined;
}

export const USAGE = `npm run soak -- [options]
  --seed N           of the schedule of troubles (1)
  --messages N       readings of all devices together (20000)
  --devices N        (20)
  --processes N      processes that the devices are divided among (5)
  --delivery WHO     whose answer devices wait for: server; or broker, which then is ended with SIGTERM (server)
  --broker-kills N   (50)
  --device-kills N   of processes of devices (50)
  --server-kills N   (20)
  --cuts N           of TCP connections (200)
  --kills SHARE      of the four numbers above, e.g. 0.1
  --no-peers         without MQTT.js and Paho
  --results FILE     a page whose section for this command is written
`;

const COUNTS = Object.freeze({
	"broker-kills": 50,
	"device-kills": 50,
	"server-kills": 20,
	cuts: 200,
});

const text = { type: "string" } as const;

/** Reads the command line. @throws Error, one line, for what is no option or not in its range */
export function readOptions(words: readonly string[]): SoakOptions {
	const { values } = parseArgs({
		args: [...words],
		options: {
			...{ seed: text, messages: text, devices: text, processes: text, delivery: text, kills: text },
			...{ "broker-kills": text, "device-kills": text, "server-kills": text, cuts: text, results: text },
			"no-peers": { type: "boolean" },
		},
	});
	const number = (name: Exclude<keyof typeof values, "no-peers">, otherwise: number, least: number) => {
		const value = Number(values[name] ?? otherwise);
		if (!(value >= least && value <= 20_000_000))
			throw new Error(`--${name}: a number from ${least}, got "${values[name]}"`);
		return value;
	};
	const share = number("kills", 1, 0);
	const count = (name: keyof typeof COUNTS) => Math.round(number(name, COUNTS[name] * share, 0));
	const { delivery = "server" } = values;
	if (delivery !== "server" && delivery !== "broker")
		throw new Error(`--delivery: server or broker, got "${delivery}"`);
	const devices = number("devices", 20, 1);
	const messages = number("messages", 20_000, devices);
	if (messages / devices > 1_000_000) throw new Error("--messages: at most 1000000 of each device");
	return {
		...{ seed: number("seed", 1, 0), messages, devices, delivery },
		processes: Math.min(number("processes", 5, 1), devices),
		brokerKills: count("broker-kills"),
		deviceKills: count("device-kills"),
		serverKills: count("server-kills"),
		cuts: count("cuts"),
		peers: values["no-peers"] !== true,
		...{ patience: 60, peerPatience: 8 },
		results: values.results,
	};
}
