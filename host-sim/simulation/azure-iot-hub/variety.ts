import { createHash } from "node:crypto";
import { type Config, describeProblem, type Problem, parseConfig } from "../../../firmware/config.js";
import { hubProblems } from "../../../firmware/profiles/azure-iot-hub/check.js";
import { withHub } from "../../../firmware/profiles/azure-iot-hub/with-hub.js";
import type { HubPeer, Identity } from "../../azure-iot-hub/core/hub.js";
import { makeToken } from "../../azure-iot-hub/core/sas.js";
import { BEGINNING } from "../clock.js";
import { Random } from "../random.js";
import { hasClock, over, type Settings } from "../variety.js";

/** The name of the worlds' hub. */
export const HUB_NAME = "world.azure-devices.net";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A device of a world with a hub, and what the hub knows of it. */
export interface HubDeviceSpec {
	readonly config: Config;
	/** Registered at the hub; of a module, its device too. */
	readonly identity: Identity;
	/** How it shows who it is. */
	readonly credential: "key" | "token" | "x509";
	/** What its TLS handshake shows. */
	readonly peer: HubPeer;
	/** A token for its identity that holds as long as the world. */
	readonly token: string;
	readonly ticks: number;
	/** Whether its wall clock is set. */
	readonly hasClock: boolean;
	/** Virtual milliseconds from which on it has nothing more to connect with. */
	readonly until: number;
}

/** Settings that a seed chooses for a device at a hub. @param given what goes before them */
function hubSettingsOf(seed: number, id: string, given: Settings): Settings {
	const random = new Random(seed, `settings ${id}`);
	const qos = random.pick([0, 1, 1] as const);
	const isUnsure = (given.telemetry?.qos ?? qos) === 0;
	const policy = isUnsure ? random.pick(["latest", "drop"] as const) : random.pick(POLICIES);
	return {
		mqtt: { inFlight: random.pick([1, 4, 16]), keepAlive: random.pick([10_000, 60_000]) },
		telemetry: { qos, interval: 2000, time: hasClock(seed, id) ? "unix" : "none" },
		commands: { qos: random.pick([0, 1, 1] as const) },
		outbox: {
			policy,
			messages: random.pick([8, 32, 256]),
			bytes: random.pick([256, 4096, 32_768]),
			full: random.pick(["oldest", "newest"] as const),
			drainInterval: random.pick([0, 10, 100]),
			...(random.chance(0.3) && { expires: random.pick([10_000, 60_000, 600_000]) }),
		},
		azure: { tokenLifetime: random.pick([6000, 20_000, MINUTE, 10 * MINUTE, HOUR]) },
	};
}

const POLICIES = Object.freeze(["latest", "drop", "keep", "keep", "keep"] as const);

/** How often a device is a module, and how often its own token ends before the world does. */
const MODULES = 0.2;
const ENDING = 0.3;

/**
 * A device that a seed chooses.
 * @param settings what all devices are set to besides
 * @param duration of the world, in milliseconds
 * @throws RangeError for settings that are not allowed
 */
export function hubDeviceOf(
	seed: number,
	id: string,
	settings: Settings,
	{ duration, ticks }: { readonly duration: number; readonly ticks: number },
): HubDeviceSpec {
	const random = new Random(seed, `identity ${id}`);
	const credential = random.pick(["key", "key", "key", "token", "x509"] as const);
	const module = random.chance(MODULES) ? "m1" : undefined;
	const [key, otherKey] = [keyOf(random), keyOf(random)];
	const resource = `${HUB_NAME}/devices/${id}${module === undefined ? "" : `/modules/${module}`}`;
	const isEnding = credential === "token" && random.chance(ENDING);
	const until = isEnding ? random.between(MINUTE, Math.max(duration, MINUTE)) : Number.POSITIVE_INFINITY;
	const tokenUntil = (time: number) => makeToken(resource, key, Math.floor((BEGINNING + time) / 1000));
	const token = tokenUntil(duration + HOUR);
	const proof = {
		key: `SharedAccessKey=${key}`,
		token: `SharedAccessSignature=${isEnding ? tokenUntil(until) : token}`,
		x509: "x509=true",
	}[credential];
	const name = `HostName=${HUB_NAME};DeviceId=${id}${module === undefined ? "" : `;ModuleId=${module}`}`;
	const certificate = certificateOf(id);
	return {
		config: hubConfigOf(`${name};${proof}`, over(hubSettingsOf(seed, id, settings), settings)),
		identity: {
			device: id,
			...(module !== undefined && { module }),
			authentication:
				credential === "x509"
					? { type: "selfSigned", primaryThumbprint: certificate.sha256 }
					: { type: "sas", primaryKey: key, secondaryKey: otherKey },
			isEnabled: true,
		},
		...{ credential, token, ticks, until, hasClock: hasClock(seed, id) },
		peer: credential === "x509" ? { certificate } : {},
	};
}

/** A complete configuration of a device at the hub. @throws RangeError for settings that are not allowed */
export function hubConfigOf(connectionString: string, settings: Settings): Config {
	const parsed = parseConfig(withHub({ ...settings, azure: { ...settings.azure, connectionString } }));
	const problems = parsed.kind === "valid" ? hubProblems(parsed.config) : parsed.problems;
	if (parsed.kind === "valid" && problems.length === 0) return parsed.config;
	throw new RangeError(describeProblem(problems[0] as Problem));
}

const keyOf = (random: Random): string =>
	Buffer.from(Array.from({ length: 32 }, () => random.below(256))).toString("base64");

const certificateOf = (name: string) => ({
	sha1: createHash("sha1").update(name).digest("hex"),
	sha256: createHash("sha256").update(name).digest("hex"),
	commonName: name,
	isSignedByHub: false,
});
