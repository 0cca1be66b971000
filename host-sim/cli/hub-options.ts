import { type Command, InvalidArgumentError, Option } from "commander";
import { type CommonOptions, ID_RULE, isId } from "./options.js";

/** The folder of a hub if none is named. */
export const HUB_FOLDER = "nightlight-hub";

/** What `nightlight hub` is started with. */
export interface HubOptions {
	readonly json?: true;
	/** Seconds. */
	readonly duration?: number;
	readonly host: string;
	readonly port: number;
	readonly httpsPort?: number;
	readonly out: string;
	readonly hostName: string;
	readonly device?: readonly string[];
	readonly x509Device?: readonly string[];
	readonly x509CaDevice?: readonly string[];
	readonly module?: readonly string[];
}

/** What the commands of `nightlight hub` are started with. */
export type HubServiceOptions = CommonOptions & { readonly out: string };

const port = (text: string): number => {
	const value = text.trim() === "" ? Number.NaN : Number(text);
	if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
	throw new InvalidArgumentError("It must be a whole number from 0 to 65535.");
};

/** Adds an id to those so far. */
const ids = (text: string, others: readonly string[] = []): string[] => {
	if (!isId(text)) throw new InvalidArgumentError(`It must be ${ID_RULE}.`);
	return [...others, text];
};

/** Adds a module's id to those so far. */
const modules = (text: string, others: readonly string[] = []): string[] => {
	const [device = "", module = "", ...rest] = text.split("/");
	if (isId(device) && isId(module) && rest.length === 0) return [...others, text];
	throw new InvalidArgumentError(`It must be DEVICE/MODULE, each ${ID_RULE}.`);
};

const host = (text: string): string => {
	if (text.trim() === "") throw new InvalidArgumentError("It must be an address, for example 0.0.0.0.");
	return text;
};

/** The name of a host in ASCII, of at most 253 characters (RFC 1035, 2.3.4). */
const hostName = (text: string): string => {
	if (/^[A-Za-z0-9.-]{1,253}$/.test(text)) return text;
	throw new InvalidArgumentError('It must be up to 253 letters, digits, "-" and ".", for example localhost.');
};

/** `--out` */
export const withOut = (command: Command): Command =>
	command.option("--out <dir>", "the hub's folder: its CA, its keys, the connection strings", HUB_FOLDER);

/** The options of `nightlight hub`. */
export const withHub = (command: Command): Command =>
	withOut(command)
		.addOption(
			new Option("--host <address>", "address to listen on: this machine only unless another is given")
				.argParser(host)
				.default("127.0.0.1"),
		)
		.addOption(new Option("--port <port>", "port of MQTT over TLS").argParser(port).default(8883))
		.addOption(
			new Option(
				"--https-port <port>",
				"port of MQTT over WebSocket and of the service side (default: 443, or a free one)",
			).argParser(port),
		)
		.addOption(
			new Option("--host-name <name>", "the hub's name in connection strings, user names and tokens")
				.argParser(hostName)
				.default("localhost"),
		)
		.addOption(
			new Option("--device <id>", "a device with a key; may be given again (default: nightlight)").argParser(
				ids,
			),
		)
		.addOption(new Option("--x509-device <id>", "a device with a certificate, by thumbprint").argParser(ids))
		.addOption(new Option("--x509-ca-device <id>", "a device with a certificate, by its CA").argParser(ids))
		.addOption(
			new Option("--module <device/module>", "a module with a key, of one of them").argParser(modules),
		);
