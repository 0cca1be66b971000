import { statSync } from "node:fs";
import type { Config } from "../../firmware/config.js";
import { parseConnectionString } from "../../firmware/profiles/azure-iot-hub/connection-string.js";
import { withHub } from "../../firmware/profiles/azure-iot-hub/with-hub.js";
import type { Section } from "./config-file.js";
import { usage } from "./failure.js";
import { type ReferencePlace, readSecretFile, readSecretReference } from "./secrets.js";

const NO_BROKER = "the hub is the broker";
const NO_SERVER = "it is the server's, and with a hub there is none";

const WANTED = "it wants a connection string, such as nightlight.connection";

/** What says that a device connects to an Azure IoT Hub. */
export interface AzureOptions {
	/** The file with its connection string. */
	readonly azure?: string;
	readonly broker?: string;
}

/**
 * Puts the connection string that an option or the configuration file names into a device's configuration, with the
 * device's id and the hub's address. Returns whether there is one.
 * @param source the configuration before it is checked, which it changes
 * @param log hears of a file that others can read
 * @throws Failure for a file that cannot be read, and for what is no connection string
 */
export function putConnectionString(
	{ azure, broker }: AzureOptions,
	source: Section,
	placeOf: (key: string) => ReferencePlace,
	log: (line: string) => void,
): boolean {
	const section = isSection(source.azure) ? source.azure : undefined;
	const reference = section?.connectionString;
	if (azure === undefined && reference === undefined) return false;
	// The firmware's rules know no reference, and a mistake is said once.
	if (section !== undefined) source.azure = { ...section, connectionString: undefined };
	const place = placeOf("azure.connectionString");
	const from = azure === undefined ? place.at : `--azure: ${azure}`;
	const text =
		azure === undefined ? readSecretReference(reference, place, WANTED) : readPrivately(azure, log);
	if (/^\s*["']/.test(text)) throw usage(`${from}: wants the connection string without quotes`);
	const parsed = parseConnectionString(text);
	if (parsed.kind === "malformed") throw usage(`${from}: ${parsed.part}: ${parsed.reason}`);
	const { credential } = parsed.identity;
	if (credential.kind === "token") {
		log(
			`${from}: its token ends on ${new Date(credential.expires * 1000).toISOString()}; get a new one before`,
		);
	}
	if (broker !== undefined) throw usage("--broker is for a broker: the connection string names the hub");
	Object.assign(source, withHub({ ...source, azure: { ...section, connectionString: text } }));
	return true;
}

function readPrivately(file: string, log: (line: string) => void): string {
	const text = readSecretFile(file, "--azure", WANTED);
	// Windows has no such permissions.
	if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0) {
		log(`${file} holds a key, and other users of this machine may read it: chmod 600 ${file}`);
	}
	return text;
}

/** Whether a device connects to an Azure IoT Hub. */
export const isAzure = ({ azure }: Pick<Config, "azure">): boolean => azure.connectionString !== undefined;

/** Options of `nightlight up` that are for what a hub takes the place of. */
const NOT_AT_A_HUB: Readonly<Record<string, string>> = Object.freeze({
	"--devices": "the connection string is of one device",
	"--host": NO_BROKER,
	"--port": NO_BROKER,
	"--ws-port": NO_BROKER,
	"--users": NO_BROKER,
	"--access": NO_BROKER,
	"--max-packet": NO_BROKER,
	"--threshold": NO_SERVER,
	"--hysteresis": NO_SERVER,
	"--rule": NO_SERVER,
	"--database": NO_SERVER,
	"--name": NO_SERVER,
	"--observe": NO_SERVER,
});

/**
 * A hub is broker and server in one.
 * @param given the options that the command line gives
 * @throws Failure for one that has no meaning then
 */
export function checkHubOptions(given: readonly string[]): void {
	const wrong = given.find((name) => Object.hasOwn(NOT_AT_A_HUB, name));
	if (wrong !== undefined) throw usage(`${wrong} is not for Azure IoT Hub: ${NOT_AT_A_HUB[wrong]}`);
}

/**
 * A recording would hold what the device signs in with.
 * @throws Failure for an Azure IoT Hub and a recording
 */
export function checkRecording({ record }: { readonly record?: string }, config: Config): void {
	if (record !== undefined && isAzure(config))
		throw usage("--record is not for Azure IoT Hub: the recording would hold the hub's tokens");
}

const isSection = (value: unknown): value is Section =>
	typeof value === "object" && value !== null && !Array.isArray(value);
