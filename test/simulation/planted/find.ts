import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build, type Plugin } from "esbuild";
import type { AnySeedOptions } from "../../../host-sim/simulation/any-world.js";
import { HUB_RATES } from "../../../host-sim/simulation/azure-iot-hub/faults.js";
import { DEFAULT_RATES } from "../../../host-sim/simulation/faults/rates.js";
import type { WorldFailure } from "../../../host-sim/simulation/seed.js";
import { STADIUM_DEVICES } from "../../../host-sim/simulation/stadium/stadium.js";
import type { Settings } from "../../../host-sim/simulation/variety.js";
import { patched } from "../../support/tree-copy.js";

/** A mistake is to be found in one of the worlds of the seeds from 1 to this one. */
export const SEEDS = 200;

/** These seeds, from 1 on, but `likely` before the others. */
export const seedsFrom = (likely: number): number[] => [
	likely,
	...Array.from({ length: SEEDS }, (_, index) => index + 1).filter((seed) => seed !== likely),
];

/** A whole stadium, for a short while. */
const STADIUM = Object.freeze({ hours: 0.1, devices: STADIUM_DEVICES });

/** Milliseconds that this may take: a mistake may be one that comes to no end. */
export const LIMIT = 120_000;

/** Where a mistake was found. */
export interface Found {
	readonly seed: number;
	readonly failure: WorldFailure;
}

/**
 * Runs worlds of one hour and three devices, or whole stadiums for six minutes, with the usual faults and with changed sources, until one
 * fails; `undefined` when none does.
 * @param patch what is changed: a unified diff
 * @param seeds of the worlds, in this order
 * @param settings of all devices; what is left out is as the seed chooses
 * @param profile in which worlds; the lesson's when absent
 * @throws Error when the patch does not fit, or when the worlds take longer than `LIMIT`
 */
export async function find(
	patch: string,
	seeds: readonly number[] = seedsFrom(1),
	settings: Settings = {},
	profile: AnySeedOptions["profile"] = undefined,
): Promise<Found | undefined> {
	return firstFailure(await scriptWith(patch), seeds, { settings, profile });
}

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** A thread's script that runs worlds of the sources as a patch has them: bundled, it starts in a tenth of the time. */
async function scriptWith(patch: string): Promise<string> {
	const changed = patched(patch, ROOT);
	const sources: Plugin = {
		name: "patched",
		setup: ({ onLoad }) => {
			for (const [name, contents] of changed)
				onLoad({ filter: new RegExp(`/${name.replaceAll(".", "\\.")}$`) }, () => ({
					contents,
					loader: "ts",
				}));
		},
	};
	const contents = `
		import { parentPort } from "node:worker_threads";
		import { runAnyWorld } from "./host-sim/simulation/any-world.ts";
		parentPort.on("message", (options) => {
			parentPort.postMessage({ seed: options.seed, failure: runAnyWorld(options).failure });
		});`;
	const { outputFiles } = await build({
		...{ absWorkingDir: ROOT, stdin: { contents, resolveDir: ROOT }, plugins: [sources] },
		...{ bundle: true, format: "cjs", platform: "node", target: "node20", write: false, logLevel: "silent" },
	});
	return (outputFiles[0] as (typeof outputFiles)[number]).text;
}

async function firstFailure(
	script: string,
	seeds: readonly number[],
	given: Pick<AnySeedOptions, "settings" | "profile">,
): Promise<Found | undefined> {
	const worker = new Worker(script, { eval: true, execArgv: [] });
	let limit: NodeJS.Timeout | undefined;
	try {
		return await new Promise((resolve, reject) => {
			limit = setTimeout(() => reject(new Error(`no end within ${LIMIT} ms`)), LIMIT);
			let index = 0;
			const next = () => {
				const seed = seeds[index++];
				if (seed === undefined) return resolve(undefined);
				const faults = given.profile === "azure-iot-hub" ? HUB_RATES : DEFAULT_RATES;
				const size = given.profile === "stadium" ? STADIUM : { hours: 1, devices: 3 };
				worker.postMessage({ seed, ...size, faults, ...given });
			};
			worker.on("message", ({ seed, failure }: Partial<Found> & { seed: number }) => {
				if (failure === undefined) next();
				else resolve({ seed, failure });
			});
			worker.once("error", reject);
			next();
		});
	} finally {
		clearTimeout(limit);
		await worker.terminate();
	}
}
