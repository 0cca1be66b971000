import { isIP } from "node:net";
import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_NAME, isServerName } from "../../server/acks.js";
import { DEFAULT_MAX_PACKET, LEAST_MAX_PACKET, MOST_MAX_PACKET } from "../../server/packet-scanner.js";
import type { EngineName } from "../recording/entry.js";

/** What the options common to all commands leave in commander's result. */
export interface CommonOptions {
	readonly json?: true;
	/** Seconds. */
	readonly duration?: number;
}

/** Which broker, and with which login. */
export interface LoginOptions {
	readonly broker?: string;
	readonly config?: string;
	readonly username?: string;
	readonly passwordFile?: string;
	/** Files in PEM. */
	readonly ca?: string;
	readonly cert?: string;
	readonly key?: string;
}

/** Options of `nightlight pack`. */
export interface PackOptions extends LoginOptions {
	readonly id?: string;
	/** The copy's name. */
	readonly out?: string;
	readonly force?: true;
}

/** What sensors measure. */
export interface InputOptions {
	/** The text of `--light`. */
	readonly light?: string;
	/** The texts of `--sensor`, by the sensor's name. */
	readonly sensor?: ReadonlyMap<string, string>;
}

/** Which broker, and as whom. */
export interface BrokerOptions extends LoginOptions {
	readonly id?: string;
}

export interface DeviceOptions extends InputOptions {
	readonly lightScale: number;
	readonly speed: number;
	/** Milliseconds. */
	readonly interval?: number;
	readonly engine: Engine;
	/** Whether its network is that of a simulated radio. */
	readonly radio: "on" | "off";
	/** The PNG file that has what an emulated board's screen shows. */
	readonly screen?: string;
	/** The file with the connection string of an Azure IoT Hub. */
	readonly azure?: string;
	/** The file to record to, and whether it may be there already. */
	readonly record?: string;
	readonly force?: true;
}

/** The most devices of one process. */
export const MOST_DEVICES = 500;

/** What runs the firmware. */
export type Engine = EngineName | "wio";

export interface ServerOptions {
	readonly threshold: number;
	readonly hysteresis: number;
	/** The file of its rules. */
	readonly rule?: string;
	/** The file of its database. */
	readonly database?: string;
	readonly name: string;
	readonly observe?: true;
}

export interface PacketOptions {
	/** Bytes of the largest packet. */
	readonly maxPacket: number;
}

export interface PageOptions {
	/** Whether there is one. */
	readonly page?: boolean;
	/** An IP address. */
	readonly pageHost?: string;
	readonly pagePort?: number;
	/** A configuration with the login of the page's own connection, if it is another than the server's. */
	readonly pageConfig?: string;
	/** The file with the key that the page asks for. */
	readonly pageKeyFile?: string;
	/** Whether each message is wanted on a line of its own, on a terminal too. */
	readonly log?: true;
}

export interface ListenOptions extends PacketOptions {
	readonly host?: string;
	readonly port?: number;
	/** A file of who may log in. */
	readonly users?: string;
	/** Further ports. */
	readonly wsPort?: number;
	/** A folder of `nightlight provision`. */
	readonly access?: string;
}

/** The options of `nightlight up`. */
export type UpOptions = CommonOptions &
	BrokerOptions &
	DeviceOptions &
	ServerOptions &
	ListenOptions &
	PageOptions & { readonly devices: number };

/** Ports with TLS, and what they show: files in PEM. */
export interface TlsListenOptions {
	readonly tlsPort?: number;
	readonly wssPort?: number;
	readonly ca?: string;
	readonly cert?: string;
	readonly key?: string;
}

const ID = /^[A-Za-z0-9_.-]{1,64}$/;

/** What an id may be, in words. */
export const ID_RULE = '1 to 64 of letters, digits, "-", "_", "."';

/** Whether `text` can be a device's id. */
export const isId = (text: string): boolean => ID.test(text);

const number =
	(wants: string, fits: (value: number) => boolean) =>
	(text: string): number => {
		const value = text.trim() === "" ? Number.NaN : Number(text);
		if (!Number.isFinite(value) || !fits(value)) throw new InvalidArgumentError(`It must be ${wants}.`);
		return value;
	};

const positive = number("a number above 0", (value) => value > 0);
/** A whole number on the command line. */
export const whole = (least: number, most: number) =>
	number(
		`a whole number from ${least} to ${most}`,
		(value) => Number.isInteger(value) && value >= least && value <= most,
	);

/** A time on the command line, in seconds. */
export const secondsUpTo = (most: number) =>
	number(`a number above 0, at most ${most}`, (value) => value > 0 && value <= most);

const address = (text: string): string => {
	if (text.trim() === "") throw new InvalidArgumentError("It must be an address, for example 0.0.0.0.");
	return text;
};

const id =
	(...others: readonly string[]) =>
	(text: string): string => {
		if (!isId(text) && !others.includes(text)) throw new InvalidArgumentError(`It must be ${ID_RULE}.`);
		return text;
	};

const serverName = (text: string): string => {
	if (isServerName(text)) return text;
	throw new InvalidArgumentError('It must be 1 to 32 of letters, digits, "-", "_", ".".');
};

/** `--json` and `--duration`. */
export const withCommon = (command: Command): Command =>
	command
		.option("--json", "print events as JSON, one object a line")
		.addOption(new Option("--duration <seconds>", "stop after this time").argParser(positive));

/**
 * `--broker`, `--config` and the login.
 * @param usual which broker it is when none is named
 */
export const withLogin = (command: Command, usual: string): Command =>
	command
		.option("--broker <url>", `the broker, mqtt://HOST[:PORT], mqtts, ws or wss (default: ${usual})`)
		.option("--config <file>", "configuration as JSON; the command line wins")
		.option("--username <name>", "user name at the broker")
		.option("--password-file <file>", "file with the password (or NIGHTLIGHT_PASSWORD)")
		.option("--ca <file>", "with mqtts and wss: the CAs to trust, in PEM (default: those of Node)")
		.option("--cert <file>", "our own certificate, where the broker asks for one, in PEM")
		.option("--key <file>", "its key, in PEM");

/**
 * Those of `withLogin`, and `--id`.
 * @param ids what else than one id `--id` takes
 */
export const withBroker = (command: Command, usual: string, ...ids: readonly string[]): Command =>
	withLogin(command, usual).addOption(
		new Option(
			"--id <id>",
			`the device's id${ids.map((one) => `, or ${one} for all`).join("")} (default: nightlight on the embedded broker, else one made up and kept in this folder)`,
		).argParser(id(...ids)),
	);

/** Adds a sensor's source to those so far. */
const sensorSource = (text: string, others: ReadonlyMap<string, string> = new Map()): Map<string, string> => {
	const at = text.indexOf("=");
	const name = text.slice(0, Math.max(0, at));
	if (name === "") throw new InvalidArgumentError("It must be NAME=SOURCE, for example humidity=60.");
	if (others.has(name)) throw new InvalidArgumentError("The sensor has a source already.");
	return new Map([...others, [name, text.slice(at + 1)]]);
};

/** `--light` and `--sensor`. @param otherwise what a sensor without a source measures */
export const withInputs = (command: Command, otherwise: string): Command =>
	command
		.option(
			"--light <source>",
			`light on the sensor: 0-1023, day[:SECONDS], csv:FILE, or - for stdin (default: ${otherwise})`,
		)
		.addOption(
			new Option(
				"--sensor <source>",
				`NAME=SOURCE: what a sensor of the configuration measures, in its unit, in the forms of --light, which is --sensor light=; may be given for each sensor (default: ${otherwise})`,
			).argParser(sensorSource),
		);

export const withDevice = (command: Command): Command =>
	withForce(withInputs(command, "day"))
		.addOption(
			new Option("--light-scale <factor>", "multiply the light, then clamp it to the range of its sensor")
				.argParser(number("a number from 0", (value) => value >= 0))
				.default(1),
		)
		.addOption(new Option("--speed <factor>", "speed of the sources").argParser(positive).default(1))
		.addOption(
			new Option("--interval <ms>", "milliseconds between reports (default: 2000)").argParser(
				whole(10, 86_400_000),
			),
		)
		.addOption(
			new Option(
				"--engine <engine>",
				"what runs the firmware: node; xs, the microcontrollers' own; arm, xs on a Cortex-M4 in QEMU; wio, the image of a Wio Terminal on its chip, emulated",
			)
				.choices(["node", "xs", "arm", "wio"])
				.default("node"),
		)
		.addOption(
			new Option(
				"--radio <on|off>",
				"whether it reaches its network as a Wio Terminal does: through a Wi-Fi chip, which is simulated",
			)
				.choices(["on", "off"])
				.default("off"),
		)
		.option("--screen <file>", "with --engine wio: keep a picture of the board's screen in this PNG file")
		.option("--azure <file>", "the connection string of a device of an Azure IoT Hub, in place of a broker")
		.option("--record <file>", "write down what crosses between firmware and host, for nightlight replay");

/** `--devices` */
export const withDevices = (command: Command): Command =>
	command.addOption(
		new Option("--devices <count>", "how many complete devices to run: ID-1, ID-2 and so on")
			.argParser(whole(1, MOST_DEVICES))
			.default(1),
	);

/** `--force` */
export const withForce = (command: Command): Command =>
	command.option("--force", "replace files that are there already");

export const withServer = (command: Command): Command =>
	command
		.addOption(
			new Option("--threshold <light>", "the LED is on below this light")
				.argParser(number("a number", () => true))
				.default(300),
		)
		.addOption(
			new Option("--hysteresis <light>", "once on, it goes off so much above the threshold")
				.argParser(number("a number from 0", (value) => value >= 0))
				.default(0),
		)
		.option(
			"--rule <file>",
			"rules in YAML or JSON: devices that are decided together, by the sensors of many; read again at SIGHUP",
		)
		.option(
			"--database <file>",
			"keep the readings in this SQLite file, which is made if it is not there (default: in memory, which of them came)",
		)
		.addOption(
			new Option("--name <name>", "by which devices and other servers know this one")
				.argParser(serverName)
				.default(DEFAULT_NAME),
		)
		.option("--observe", "only take readings: neither command devices nor acknowledge what they send");

/** `--max-packet`, where a broker or server runs. */
export const withMaxPacket = (command: Command): Command =>
	command.addOption(
		new Option("--max-packet <bytes>", "close a connection that brings a larger packet")
			.argParser(whole(LEAST_MAX_PACKET, MOST_MAX_PACKET))
			.default(DEFAULT_MAX_PACKET),
	);

const port = (flags: string, description: string): Option =>
	new Option(flags, description).argParser(whole(0, 65_535));

const log = new Option(
	"--log",
	"print each message on a line of its own, on a terminal too (default with a page: one line that is updated)",
);

/** An address that the page can be bound to. */
const pageAddress = (text: string): string => {
	const address = text.trim().replace(/^\[(.*)\]$/, "$1");
	if (address.toLowerCase() === "localhost") return "127.0.0.1";
	// Browsers take no zone.
	if (isIP(address) !== 0 && !address.includes("%")) return address;
	throw new InvalidArgumentError(
		"It must be an IP address of this machine, localhost, or 0.0.0.0 for all its addresses.",
	);
};

const pageOptions = [
	new Option(
		"--page-host <address>",
		"address to serve the page on: elsewhere than on 127.0.0.1, the default, it asks for a key",
	).argParser(pageAddress),
	port("--page-port <port>", "port of the page (default: a free one)"),
	new Option(
		"--page-key-file <file>",
		"file with the page's key (or NIGHTLIGHT_PAGE_KEY; default: a new one at each start)",
	),
	log,
];

const withOptions = (command: Command, options: readonly Option[]): Command => {
	for (const option of options) command.addOption(option);
	return command;
};

/** `--no-page`, and the options of the page: there is one. */
export const withPage = (command: Command): Command =>
	withOptions(command.option("--no-page", "serve no page for the browser"), pageOptions);

/** `--page`, and the options of the page: there is none. */
export const withOptionalPage = (command: Command): Command =>
	withOptions(
		command
			.option("--page", "serve a page for the browser")
			.option(
				"--page-config <file>",
				"the page's own login at the broker, where a certificate lets in one connection only: access/page.json",
			),
		pageOptions,
	);

export const withListen = (command: Command): Command =>
	command
		.addOption(
			new Option(
				"--host <address>",
				"address to listen on (default: 127.0.0.1, this machine only)",
			).argParser(address),
		)
		.addOption(port("--port <port>", "port to listen on (default: 1883 or the next free one)"))
		.addOption(port("--ws-port <port>", "port for MQTT over WebSocket, too"))
		.option("--users <file>", "who may log in at the embedded broker: a file of mosquitto_passwd")
		.option(
			"--access <folder>",
			"only who has a certificate of this folder of nightlight provision, over TLS, and each does only what it may",
		);

export const withTlsListen = (command: Command): Command =>
	command
		.addOption(port("--tls-port <port>", "port for MQTT over TLS; without --port there is no plain one"))
		.addOption(port("--wss-port <port>", "port for MQTT over WebSocket in TLS, likewise"))
		.option("--cert <file>", "certificate of the ports with TLS, then those it rests on, in PEM")
		.option("--key <file>", "its key, in PEM")
		.option("--ca <file>", "clients must have a certificate of these CAs, in PEM");
