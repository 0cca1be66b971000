import { dirname, resolve } from "node:path";
import { type Config, describeProblem, type Problem, parseConfig } from "../../firmware/config.js";
import { hubProblems } from "../../firmware/profiles/azure-iot-hub/check.js";
import { type BrokerAddress, brokerUrl, parseBrokerUrl } from "../../server/broker-address.js";
import { type AzureOptions, putConnectionString } from "./azure.js";
import { type Certificates, readCertificates } from "./certificates.js";
import { type ConfigFile, readConfigFile, type Section } from "./config-file.js";
import { lineIn, pinProblems } from "./config-problems.js";
import { Mistakes, usage } from "./failure.js";
import { hostOf } from "./host-name.js";
import { DEFAULT_ID, keptId } from "./identity.js";
import type { BrokerOptions, DeviceOptions, ServerOptions } from "./options.js";
import type { NamedFile } from "./output-files.js";
import {
	hasPasswordInEnvironment,
	type ReferencePlace,
	readPassword,
	readSecretReference,
} from "./secrets.js";

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

/** What the command line and the configuration file say together. */
export interface Settings {
	readonly config: Config;
	readonly certificates: Certificates;
	/** Whether they name a broker, rather than leave it to be the usual one. */
	readonly namesBroker: boolean;
	/** Where a key is, for what is wrong with it: `FILE:LINE:COLUMN: KEY`, or the key alone without a file. */
	readonly placeOf: (key: string) => string;
	/** The files that the configuration file refers to. */
	readonly references: readonly NamedFile[];
}

/** The file that a source of readings names, if it does. */
const csvOf = (source = ""): string | undefined => /^csv:(.*)$/s.exec(source)?.[1];

/** The files that a device's options and configuration name to be read. */
export const inputFilesOf = (
	options: BrokerOptions & Pick<DeviceOptions, "light" | "sensor" | "azure"> & Pick<ServerOptions, "rule">,
	{ references }: Settings,
): readonly NamedFile[] => [
	{ name: "--config", file: options.config },
	{ name: "--password-file", file: options.passwordFile },
	{ name: "--ca", file: options.ca },
	{ name: "--cert", file: options.cert },
	{ name: "--key", file: options.key },
	{ name: "--azure", file: options.azure },
	{ name: "--rule", file: options.rule },
	{ name: "--light", file: csvOf(options.light) },
	...[...(options.sensor ?? [])].map(([name, source]) => ({ name: `--sensor ${name}`, file: csvOf(source) })),
	...references,
];

/**
 * The device's configuration: the file, over it the command line, and under both the defaults.
 * @param log hears, in a line, which id is in use when none was given, and of a password that is not used
 * @throws Failure with a line for each mistake
 */
export function readSettings(
	options: BrokerOptions & AzureOptions & { readonly interval?: number },
	log: (line: string) => void,
): Settings {
	const file = options.config === undefined ? undefined : readConfigFile(options.config);
	const source = file?.values ?? {};
	const references = file === undefined ? [] : referencesOf(source, dirname(file.name));
	const mistakes = new Mistakes();
	mistakes.lines.push(...(file?.mistakes ?? []));
	const placeOf = (key: string): ReferencePlace => ({
		file: file?.name ?? "",
		at: file === undefined ? key : `${file.place(key)}: ${key}`,
	});
	const own = { ...source };
	const isHub = mistakes.attempt(() => putConnectionString(options, source, placeOf, log)) === true;
	const namesBroker = options.broker !== undefined || source.broker !== undefined;
	const given = new Set<string>();
	const put = (key: string, value: unknown) => {
		if (value === undefined) return;
		given.add(key);
		const [section, name] = key.split(".") as [string, string?];
		if (name === undefined) source[section] = value;
		else if (isSection(source[section])) source[section] = { ...source[section], [name]: value };
	};

	if (isSection(source.broker) && typeof source.broker?.host === "string") {
		source.broker = { ...source.broker, host: hostOf(source.broker.host) };
	}
	if (options.broker !== undefined || !namesBroker) {
		const { protocol, host, port, path } = readBrokerUrl(options.broker ?? DEFAULT_BROKER);
		put("broker.protocol", protocol);
		put("broker.host", hostOf(host));
		put("broker.port", port);
		if (path !== "") put("broker.path", path);
	}
	put("mqtt.username", options.username);
	mistakes.attempt(() => putPassword(options, source, put, placeOf));
	mistakes.attempt(() => putWifiPassword(source, placeOf));
	if (namesBroker && hasPasswordInEnvironment() && usernameIn(source) === undefined) {
		log("NIGHTLIGHT_PASSWORD is not used: a password needs a user name; give --username");
	}
	put("telemetry.interval", options.interval);
	put("id", options.id);
	// Where something is wrong already, nothing is made for the folder.
	const isStranger = namesBroker && mistakes.lines.length === 0;
	if (source.id === undefined) put("id", isStranger ? strangersId(log) : DEFAULT_ID);

	// The firmware's host needs them, not the firmware.
	const { tls, ...firmware } = source;
	const certificates = mistakes.attempt(() => readCertificates(options, tls, placeOf)) ?? {};
	const parsed = parseConfig(firmware);
	const problems = parsed.kind === "valid" ? problemsOf(parsed.config, isHub) : parsed.problems;
	for (const problem of problems) {
		const { key } = problem;
		const isOption = given.has(key) || file === undefined;
		const option = isOption ? OPTION_OF_KEY[key] : undefined;
		const isInFile = option === undefined && file !== undefined;
		mistakes.lines.push(
			isInFile ? lineIn(file, problem) : describeProblem({ ...problem, key: option ?? key }),
		);
	}
	const at = (key: string) => placeOf(key).at;
	if (file !== undefined) mistakes.attempt(() => checkReplaced(own, given, file));
	if (parsed.kind === "valid" && mistakes.lines.length === 0) {
		const { config } = parsed;
		checkProtocol(config.broker.protocol, certificates);
		checkHost(config.broker, given.has("broker.host") ? "--broker" : at("broker.host"));
		return { config, certificates, namesBroker, placeOf: at, references };
	}
	throw usage(...inOrder(mistakes.lines, file));
}

/** What the rules of single values do not show. */
const problemsOf = (config: Config, isHub: boolean): readonly Problem[] =>
	isHub ? [...pinProblems(config), ...hubProblems(config)] : pinProblems(config);

/**
 * Looks at those values of a file that the command line replaces: a file that is wrong is said to be, for
 * without the option it would not work.
 * @param own what the file says
 * @param given the keys that the command line gives
 * @throws Failure with a line for each mistake
 */
function checkReplaced({ tls, mqtt, ...own }: Section, given: ReadonlySet<string>, file: ConfigFile): void {
	const broker = isSection(own.broker) ? { host: "broker.example", ...own.broker } : own.broker;
	const { password, ...login } = (isSection(mqtt) && mqtt) || {};
	const parsed = parseConfig({ id: DEFAULT_ID, ...own, mqtt: login, broker });
	if (parsed.kind === "invalid") {
		const problems = parsed.problems.filter(({ key }) => given.has(key));
		if (problems.length > 0) throw usage(...problems.map((problem) => lineIn(file, problem)));
	} else if (given.has("broker.host")) {
		checkHost(parsed.config.broker, `${file.place("broker.host")}: broker.host`);
	}
}

/** The lines of a file's mistakes in the file's order, below the others. */
function inOrder(lines: readonly string[], file: ConfigFile | undefined): string[] {
	const placed = lines.map((text) => {
		const isPlaced = file !== undefined && text.startsWith(`${file.name}:`);
		const match = isPlaced ? /^:(\d+):(\d+):/.exec(text.slice(file.name.length)) : null;
		return { text, line: Number(match?.[1] ?? 0), column: Number(match?.[2] ?? 0) };
	});
	return placed.sort((a, b) => a.line - b.line || a.column - b.column).map(({ text }) => text);
}

/** The files of a configuration's references: the password, and those of `tls`. */
function referencesOf({ mqtt, tls }: Section, folder: string): NamedFile[] {
	const sections = [
		{ password: (isSection(mqtt) && mqtt?.password) || undefined },
		isSection(tls) ? tls : {},
	];
	return sections.flatMap((section) =>
		Object.entries(section ?? {}).flatMap(([name, reference]) => {
			const file = isSection(reference) ? reference?.file : undefined;
			return typeof file === "string" ? [{ name: `${name} of --config`, file: resolve(folder, file) }] : [];
		}),
	);
}

const isSection = (value: unknown): value is Section | undefined =>
	value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value));

const usernameIn = ({ mqtt }: Section): unknown => (isSection(mqtt) ? mqtt?.username : undefined);

/** The password: of the file that an option names, of the environment, or of the configuration's reference. */
function putPassword(
	{ passwordFile }: BrokerOptions,
	source: Section,
	put: (key: string, value: unknown) => void,
	placeOf: (key: string) => ReferencePlace,
): void {
	const { password: reference, ...login } = (isSection(source.mqtt) && source.mqtt) || {};
	const isReferred = reference !== undefined;
	// The firmware's check would complain about a reference, too.
	if (isReferred) source.mqtt = login;
	const password = readPassword(passwordFile, login.username !== undefined, isReferred);
	if (password !== undefined) put("mqtt.password", password);
	else if (isReferred) {
		source.mqtt = { ...login, password: readSecretReference(reference, placeOf("mqtt.password")) };
	}
}

/** The password of the Wi-Fi network, in place of its reference. */
function putWifiPassword(source: Section, placeOf: (key: string) => ReferencePlace): void {
	const { password: reference, ...network } = (isSection(source.wifi) && source.wifi) || {};
	if (reference === undefined) return;
	source.wifi = network;
	source.wifi = { ...network, password: readSecretReference(reference, placeOf("wifi.password")) };
}

function strangersId(log: (line: string) => void): string {
	const { id, isNew, movedTo } = keptId();
	if (movedTo !== undefined) log(`the id of this folder was damaged: it is moved to ${movedTo}`);
	log(`id ${id}${isNew ? ", made for this folder and kept in it" : ", kept in this folder"}`);
	return id;
}

/** Nobody is to believe that certificates protect a connection that has no TLS. */
function checkProtocol(protocol: Config["broker"]["protocol"], certificates: Certificates): void {
	if (protocol === "mqtts" || protocol === "wss" || Object.keys(certificates).length === 0) return;
	throw usage(
		`--ca, --cert, --key and the section tls are for mqtts:// and wss://, but the broker is ${protocol}://`,
	);
}

/** @throws Failure for what is no URL of a broker, or holds a user name or password */
function readBrokerUrl(text: string): BrokerAddress {
	try {
		return parseBrokerUrl(text);
	} catch (error) {
		throw usage(`--broker: ${(error as Error).message}`);
	}
}

/**
 * The server takes a broker's URL: what a URL cannot have as its host is for none of us.
 * @throws Failure for such a host
 */
function checkHost(broker: Config["broker"], from: string): void {
	try {
		parseBrokerUrl(brokerUrl(broker));
	} catch (error) {
		throw usage(
			`${from}: got ${JSON.stringify(broker.host)}, wants a host name or an IP address: ${(error as Error).message}`,
		);
	}
}
