import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { type Config, parseConfig } from "../../firmware/config.js";
import { encodePage, MOST_TEXT, PAGE_ADDRESS, PAGE_SIZE } from "../configuration-page.js";
import { decodeUf2, encodeUf2, type FlashPart } from "../uf2.js";
import { decodeImage, FLASH } from "../wio-terminal/image.js";
import { readConfigFile } from "./config-file.js";
import { codeOf, ExitCode, Failure, usage } from "./failure.js";
import type { PackOptions } from "./options.js";
import { checkOutputs } from "./output-files.js";
import { inputFilesOf, readSettings, type Settings } from "./settings.js";

/** What a board takes for itself, and not for its broker. */
const OWN_HOST = /^(localhost|127\..*|::1|0\.0\.0\.0)$/;

/**
 * Writes a copy of an image with a configuration in its page, and says what is in it.
 * @throws Failure for an image that is none, a configuration that a board cannot work with, and a file that cannot be
 * written
 */
export function runPack(image: string, options: PackOptions): void {
	const settings = readOwn(options);
	const { config } = settings;
	const text = pageOf(config);
	const length = Buffer.byteLength(text);
	if (length > MOST_TEXT) {
		throw usage(`the configuration takes ${length} bytes, the board has room for ${MOST_TEXT}: shorten it`);
	}
	const out = options.out ?? `${basename(image, extname(image))}-${config.id}.uf2`;
	const inputs = [{ name: "IMAGE", file: image }, ...inputFilesOf(options, settings)];
	checkOutputs([{ name: "--out", file: out }], inputs, options.force);
	const program = readImage(image);
	// The whole page, so that nothing of an earlier one stays.
	const page = new Uint8Array(PAGE_SIZE).fill(0xff);
	page.set(encodePage(text));
	write(out, encodeUf2([program, { address: PAGE_ADDRESS, bytes: page }]));
	const { broker, id, wifi } = config;
	const password = wifi.password === undefined ? "open" : "with its password";
	process.stdout.write(
		`${out}: ${id}, in Wi-Fi "${wifi.ssid}" (${password}), at ${broker.protocol}://${broker.host}:${broker.port}\n` +
			"Press the board's reset switch twice, quickly, and copy the file to the drive that appears.\n",
	);
}

/** The configuration: with all that the board cannot ask anybody for. */
function readOwn(options: PackOptions): Settings {
	if (options.config === undefined)
		throw usage("--config is missing: the file with the device's configuration");
	if (options.id === undefined && readConfigFile(options.config).values.id === undefined) {
		throw usage("the device has no id: give it one in the configuration, or --id; each board needs its own");
	}
	const settings = readSettings(options, (line) => process.stderr.write(`${line}\n`));
	const { broker, wifi, azure } = settings.config;
	if (azure.connectionString !== undefined) throw usage("azure: the image has no Azure IoT Hub yet");
	if (!settings.namesBroker) {
		throw usage(`${options.config}: broker is missing: name its host, for the board cannot guess it`);
	}
	if (broker.host.includes(":")) throw usage(`broker.host: ${broker.host}: the radio knows IPv4 only`);
	if (OWN_HOST.test(broker.host)) {
		throw usage(
			`broker.host: ${broker.host} is the board itself: give the broker's name or address in its network`,
		);
	}
	if (broker.protocol !== "mqtt") {
		throw usage(`broker.protocol: the image speaks mqtt only, without TLS, so not ${broker.protocol}`);
	}
	if (wifi.ssid === undefined) {
		throw usage(`${options.config}: wifi.ssid is missing: the name of the Wi-Fi network`);
	}
	return settings;
}

/**
 * The flash of an image up to the configuration's page.
 * @throws Failure for a file that cannot be read, and for another program than a nightlight
 */
function readImage(image: string): FlashPart {
	let file: Uint8Array;
	try {
		file = readFileSync(image);
	} catch (error) {
		throw usage(`IMAGE: cannot read ${image} (${codeOf(error)})`);
	}
	const decoded = decodeUf2(file);
	if (decoded.kind === "invalid") throw usage(`IMAGE: ${image}: ${decoded.reason}`);
	const refuse = (reason: string): Failure =>
		usage(`IMAGE: ${image} is no image of a nightlight: ${reason}; npm run build:wio-terminal makes one`);
	const [first, second] = decoded.parts as readonly [FlashPart, FlashPart | undefined];
	if (first.address !== FLASH.loader)
		throw refuse(`it begins at 0x${first.address.toString(16)}, not at 0x${FLASH.loader.toString(16)}`);
	if (second !== undefined && second.address < PAGE_ADDRESS)
		throw refuse(`it has a gap before 0x${second.address.toString(16)}`);
	// An image that is full ends where the page of an earlier copy begins.
	const bytes = first.bytes.subarray(0, PAGE_ADDRESS - FLASH.loader);
	const found = decodeImage(bytes);
	if (found.kind === "invalid") throw refuse(found.reason);
	return { address: FLASH.loader, bytes };
}

/** Passwords are in it. */
function write(file: string, bytes: Uint8Array): void {
	try {
		// One that is there already keeps its mode.
		if (existsSync(file)) chmodSync(file, 0o600);
		writeFileSync(file, bytes, { mode: 0o600 });
	} catch (error) {
		throw new Failure(ExitCode.FAILED, `cannot write ${file} (${codeOf(error)})`);
	}
}

type Json = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Json =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** The text of a configuration's page. */
export const pageOf = (config: Config): string => JSON.stringify(withoutDefaults(config));

/** What a configuration says beside the defaults, which the firmware knows: a board reads it into little memory. */
function withoutDefaults(config: Config): Json {
	const { id, broker } = config;
	const least = parseConfig({ id, broker: { host: broker.host } });
	const defaults = least.kind === "valid" ? least.config : {};
	const { broker: differing = {}, ...rest } = difference(config, defaults as Json) as { broker?: Json };
	return { id, broker: { host: broker.host, ...differing }, ...rest };
}

function difference(values: Json, defaults: Json): Json {
	return Object.fromEntries(
		Object.entries(values).flatMap(([key, value]): [string, unknown][] => {
			const other = defaults[key];
			if (isObject(value) && isObject(other)) {
				const inner = difference(value, other);
				return Object.keys(inner).length === 0 ? [] : [[key, inner]];
			}
			return JSON.stringify(value) === JSON.stringify(other) ? [] : [[key, value]];
		}),
	);
}
