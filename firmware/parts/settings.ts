import type { Argument } from "../commands/arguments.js";
import { type Member, readObject } from "../commands/json.js";
import { type Config, describeProblem, parseConfig } from "../config.js";
import type { KeyValueDomain } from "../ecma-419.js";
import type { Outcome } from "../events.js";
import type { Host } from "../host.js";
import { readText, withDomain, writeText } from "./stored-value.js";

/** The key-value domain and the key of what a command configured. */
const DOMAIN = "settings";
const KEY = "configure";

/** What a command may configure: of `telemetry`, of its first sensor (`deadband`), and `fallback`. */
export interface Wanted {
	readonly interval?: number;
	readonly sample?: number;
	readonly threshold?: number;
	readonly deadband?: number;
	readonly fallback?: Partial<Config["fallback"]>;
}

const NAMES: readonly string[] = Object.freeze(["interval", "sample", "threshold", "deadband", "fallback"]);
const OF_FALLBACK: readonly string[] = Object.freeze(["after", "threshold", "hysteresis", "whenSilent"]);
const NONE: readonly string[] = Object.freeze([]);

/**
 * What a command may configure, or `null`: nothing any more. Whether the values are right, the configuration's rules
 * say.
 */
export const configuration: Argument<Wanted | null> = Object.freeze({
	parse: (json: string) =>
		json === "null" ? null : hasNames(json, NAMES) ? (JSON.parse(json) as Wanted) : undefined,
	wants: "an object of interval, sample, threshold, deadband and fallback, or null",
});

/**
 * Whether a JSON text is an object of these names, in which no value but a fallback's has names of its own: XS never
 * frees one.
 */
function hasNames(json: string, names: readonly string[]): boolean {
	const read = readObject(json);
	if (read.kind === "invalid") return false;
	return read.members.every(({ name, value }: Member) => {
		if (!names.includes(name)) return false;
		if (value.charCodeAt(0) === 0x5b) return false;
		return value.charCodeAt(0) !== 0x7b || hasNames(value, name === "fallback" ? OF_FALLBACK : NONE);
	});
}

/** The configuration in force: the file's, and over it what a command configured, which outlives a restart. */
export class Settings {
	readonly #host: Host;
	readonly #file: Config;
	#wanted: Wanted = {};
	#config: Config;

	constructor(host: Host, file: Config) {
		this.#host = host;
		this.#file = this.#config = file;
		withDomain(host, DOMAIN, "storage-unreadable", (domain) => {
			const text = readText(domain, KEY);
			if (text === undefined) return;
			const stored = configuration.parse(text);
			const problem = stored ? this.#apply(stored) : "it is damaged";
			if (problem !== undefined) throw new Error(`what was configured by command does not hold: ${problem}`);
		});
	}

	get config(): Config {
		return this.#config;
	}

	/** Configures what is wanted, and keeps it. Answers with what is in force, or why it is not. */
	configure(wanted: Wanted | null): Outcome {
		const problem = this.#apply(wanted === null ? {} : { ...this.#wanted, ...wanted });
		if (problem !== undefined) return { status: 400, payload: { reason: problem } };
		withDomain(this.#host, DOMAIN, "storage-unwritable", (domain) => this.#store(domain));
		return { status: 200, payload: this.#inForce };
	}

	/** Makes it the configuration in force; what is wrong, if that cannot be. */
	#apply(wanted: Wanted): string | undefined {
		const { interval, sample, threshold, deadband, fallback } = wanted;
		const { telemetry } = this.#file;
		const [first, ...others] = telemetry.sensors;
		const parsed = parseConfig({
			...this.#file,
			telemetry: {
				...telemetry,
				...(interval !== undefined && { interval }),
				...(sample !== undefined && { sample }),
				...(threshold !== undefined && { threshold }),
				...(deadband !== undefined && { sensors: [{ ...first, deadband }, ...others] }),
			},
			fallback: { ...this.#file.fallback, ...fallback },
		});
		if (parsed.kind === "invalid") {
			const [problem] = parsed.problems;
			return problem && describeProblem(problem);
		}
		this.#wanted = wanted;
		this.#config = parsed.config;
		return undefined;
	}

	#store(domain: KeyValueDomain): void {
		if (Object.keys(this.#wanted).length === 0) return domain.delete(KEY);
		writeText(domain, KEY, JSON.stringify(this.#wanted));
	}

	get #inForce(): object {
		const { telemetry, fallback } = this.#config;
		const { interval, sample, threshold, sensors } = telemetry;
		// The default lives in flash memory on a chip, where JSON cannot mark what it has seen.
		return { interval, sample, threshold, deadband: sensors[0]?.deadband, fallback: { ...fallback } };
	}
}
