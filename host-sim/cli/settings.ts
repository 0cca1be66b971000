import { readFileSync } from "node:fs";
import { type Config, describeProblem, parseConfig } from "../../firmware/config.js";
import { type BrokerAddress, parseBrokerUrl } from "../../server/broker-address.js";
import { type Certificates, readCertificates } from "./certificates.js";
import { codeOf, usage } from "./failure.js";
import { DEFAULT_ID, keptId } from "./identity.js";
import type { BrokerOptions } from "./options.js";
import { readPassword, readReference } from "./secrets.js";

/** The embedded broker's address when nothing else is said. */
export const DEFAULT_BROKER = "mqtt://127.0.0.1:1883";

/** The configuration's keys that have an option, which errors then name. */
const OPTION_OF_KEY: Readonly<Record<string, string>> = Object.freeze({
	id: "--id",
	"broker.host": "--broker",
	"broker.port": "--broker",
	"broker.path": "--broker",
	"mqtt.username": "--username",
	"mqtt.password": "--password-file",
	"telemetry.interval": "--interval",
});

type Section = Record<string, unknown>;

/** What the command line and the configuration file say together. */
export interface Settings {
	readonly config: Config;
	readonly certificates: Certificates;
	/** Whether they name a broker, rather than leave it to be the usual one. */
	readonly namesBroker: boolean;
}

/**
 * The device's configuration: the file, over it the command line, and under both the defaults.
 * @param log hears, in a line, which id is in use when none was given
 * @throws Failure naming the first thing that is wrong
 */
export function readSettings(
	options: BrokerOptions & { readonly interval?: number },
	log: (line: string) => void,
): Settings {
	const file = options.config;
	const source = file === undefined ? {} : readConfigFile(file);
	const namesBroker = options.broker !== undefined || source.broker !== undefined;
	const given = new Set<string>();
	const put = (key: string, value: unknown) => {
		if (value === undefined) return;
		given.add(key);
		const [section, name] = key.split(".") as [string, string?];
		if (name === undefined) source[section] = value;
		else if (isSection(source[section])) source[section] = { ...source[section], [name]: value };
	};

	if (options.broker !== undefined || !namesBroker) {
		const { protocol, host, port, path } = readBrokerUrl(options.broker ?? DEFAULT_BROKER);
		put("broker.protocol", protocol);
		put("broker.host", host);
		put("broker.port", port);
		if (path !== "") put("broker.path", path);
	}
	put("mqtt.username", options.username);
	putPassword(options.passwordFile, source, put, file);
	put("telemetry.interval", options.interval);
	put("id", options.id);
	if (source.id === undefined) put("id", namesBroker ? strangersId(log) : DEFAULT_ID);

	// The firmware's host needs them, not the firmware.
	const { tls, ...firmware } = source;
	const certificates = readCertificates(options, tls, file);
	const parsed = parseConfig(firmware);
	if (parsed.kind === "valid") {
		const { config } = parsed;
		checkProtocol(config.broker.protocol, certificates);
		return { config, certificates, namesBroker };
	}
	const [problem] = parsed.problems as [(typeof parsed.problems)[0]];
	const option = given.has(problem.key) || file === undefined ? OPTION_OF_KEY[problem.key] : undefined;
	if (option !== undefined) throw usage(describeProblem({ ...problem, key: option }));
	throw usage(file === undefined ? describeProblem(problem) : `${file}: ${describeProblem(problem)}`);
}

const isSection = (value: unknown): value is Section | undefined =>
	value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value));

/** The password: of the file that an option names, of the environment, or of the configuration's reference. */
function putPassword(
	passwordFile: string | undefined,
	source: Section,
	put: (key: string, value: unknown) => void,
	file: string | undefined,
): void {
	const login = isSection(source.mqtt) ? source.mqtt : undefined;
	const password = readPassword(passwordFile, login?.username !== undefined);
	if (password !== undefined) put("mqtt.password", password);
	else if (file !== undefined && login?.password !== undefined) {
		source.mqtt = { ...login, password: readReference(login.password, "mqtt.password", file) };
	}
}

function strangersId(log: (line: string) => void): string {
	const { id, isNew } = keptId();
	log(`id ${id}${isNew ? ", made for this folder and kept in it" : ", kept in this folder"}`);
	return id;
}

/** Nobody is to believe that certificates protect a connection that has no TLS. */
function checkProtocol(protocol: Config["broker"]["protocol"], certificates: Certificates): void {
	if (protocol === "mqtts" || protocol === "wss" || Object.keys(certificates).length === 0) return;
	throw usage(`--ca, --cert and --key are for mqtts:// and wss://, but the broker is ${protocol}://`);
}

/** @throws Failure for what is no URL of a broker, or holds a user name or password */
function readBrokerUrl(text: string): BrokerAddress {
	try {
		return parseBrokerUrl(text);
	} catch (error) {
		throw usage(`--broker: ${(error as Error).message}`);
	}
}

function readConfigFile(file: string): Section {
	let text: string;
	try {
		text = readFileSync(file, "utf8");
	} catch (error) {
		throw usage(`--config: cannot read ${file} (${codeOf(error)})`);
	}
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		throw usage(`${file}: not JSON${placeOf(error as Error, text)}`);
	}
	if (typeof value !== "object" || value === null || Array.isArray(value)) {
		throw usage(`${file}: wants a JSON object`);
	}
	return { ...value };
}

/** Where JSON ends to be JSON. The parser's own words would repeat the text, which may hold a secret. */
function placeOf({ message }: Error, text: string): string {
	const position = /position (\d+)/.exec(message)?.[1];
	if (position === undefined) return "";
	const before = text.slice(0, Number(position)).split("\n");
	return ` at line ${before.length}, column ${(before.at(-1) as string).length + 1}`;
}
