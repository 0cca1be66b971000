import { readFileSync } from "node:fs";
import { type Config, describeProblem, parseConfig } from "../../firmware/config.js";
import { parseBrokerUrl } from "../../server/broker-address.js";
import { codeOf, usage } from "./failure.js";
import { DEFAULT_ID, keptId } from "./identity.js";
import type { BrokerOptions } from "./options.js";
import { readPassword, readReference } from "./secrets.js";

/** The embedded broker's address when nothing else is said. */
const DEFAULT_BROKER = "mqtt://127.0.0.1:1883";

/** The configuration's keys that have an option, which errors then name. */
const OPTION_OF_KEY: Readonly<Record<string, string>> = Object.freeze({
	id: "--id",
	"broker.host": "--broker",
	"broker.port": "--broker",
	"mqtt.username": "--username",
	"mqtt.password": "--password-file",
	"telemetry.interval": "--interval",
});

type Section = Record<string, unknown>;

/**
 * The device's configuration: the file, over it the command line, and under both the defaults.
 * @param embedded where the embedded broker listens, if this process has one
 * @param log hears, in a line, of an id that was made up
 * @throws Failure naming the first thing that is wrong
 */
export function readConfig(
	options: BrokerOptions & { readonly interval?: number },
	embedded: string | undefined,
	log: (line: string) => void,
): Config {
	const file = options.config;
	const source = file === undefined ? {} : readConfigFile(file);
	const given = new Set<string>();
	const put = (key: string, value: unknown) => {
		if (value === undefined) return;
		given.add(key);
		const [section, name] = key.split(".") as [string, string?];
		if (name === undefined) source[section] = value;
		else source[section] = { ...(source[section] as Section | undefined), [name]: value };
	};

	const isEmbedded = embedded !== undefined || (options.broker === undefined && source.broker === undefined);
	const chosen = options.broker ?? embedded;
	if (chosen !== undefined || source.broker === undefined) {
		const { host, port } = readBrokerUrl(chosen ?? DEFAULT_BROKER);
		put("broker.host", host);
		put("broker.port", port);
	}
	const login = source.mqtt as Section | undefined;
	if (file !== undefined && login?.password !== undefined) {
		source.mqtt = { ...login, password: readReference(login.password, "mqtt.password", file) };
	}
	put("mqtt.username", options.username);
	put("mqtt.password", readPassword(options.passwordFile));
	put("telemetry.interval", options.interval);
	put("id", options.id);
	if (source.id === undefined) put("id", isEmbedded ? DEFAULT_ID : strangersId(log));

	const parsed = parseConfig(source);
	if (parsed.kind === "valid") return parsed.config;
	const [problem] = parsed.problems as [(typeof parsed.problems)[0]];
	const isGiven = given.has(problem.key) || file === undefined;
	const option = isGiven ? OPTION_OF_KEY[problem.key] : undefined;
	if (option !== undefined) throw usage(describeProblem({ ...problem, key: option }));
	throw usage(file === undefined ? describeProblem(problem) : `${file}: ${describeProblem(problem)}`);
}

function strangersId(log: (line: string) => void): string {
	const { id, isNew } = keptId();
	log(`id ${id}${isNew ? ", made for this folder and kept in it" : ", kept in this folder"}`);
	return id;
}

/**
 * The broker's host and port.
 * @throws Failure for what is no URL of a broker, or holds a user name or password
 */
function readBrokerUrl(text: string): { host: string; port: number } {
	try {
		const { protocol, host, port } = parseBrokerUrl(text);
		if (protocol === "mqtt") return { host, port };
	} catch (error) {
		throw usage(`--broker: ${(error as Error).message}`);
	}
	throw usage("--broker: only mqtt:// can be spoken yet, for example mqtt://127.0.0.1:1883");
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
		throw usage(`${file}: not JSON: ${(error as Error).message.replace(/\s+/g, " ")}`);
	}
	if (typeof value !== "object" || value === null || Array.isArray(value)) {
		throw usage(`${file}: wants a JSON object`);
	}
	return { ...value };
}
