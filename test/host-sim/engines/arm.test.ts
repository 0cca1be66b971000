import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Config } from "../../../firmware/config.js";
import { type ArmImage, armImage, buildImage } from "../../../host-sim/engines/arm/build.js";
import { type ArmDevice, type ArmOptions, startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { firmwareFiles, readManifest, transpile } from "../../../host-sim/engines/arm/modules.js";
import { armTools, describeWith } from "../../support/requires.js";
import { ScriptedBroker } from "../../support/virtual/broker.js";
import { configOf } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";

const BUILD_TIMEOUT = 300_000;
const silent = () => {};

const folder = mkdtempSync(join(tmpdir(), "nightlight-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let device: ArmDevice | undefined;
afterEach(async () => {
	await device?.stop();
	device = undefined;
});

/** Lets virtual time go by; the firmware takes each event before the clock goes on. */
async function advance(host: VirtualHost, milliseconds: number): Promise<void> {
	for (let elapsed = 0; elapsed < milliseconds; elapsed += 10) {
		host.clock.advance(10);
		await device?.settled();
	}
}

describeWith([armTools], "the nightlight as an ARM image", () => {
	beforeAll(async () => {
		await armImage({ log: silent });
	}, BUILD_TIMEOUT);

	const start = async (options: Partial<ArmOptions> = {}) => {
		const host = new VirtualHost();
		const broker = new ScriptedBroker(host.network);
		host.analog.light = 321;
		const failures: string[] = [];
		device = await startOnArm(host, configOf(), {
			onFailure: (why) => failures.push(why),
			log: silent,
			...options,
		});
		return { host, broker, failures, device };
	};

	it("connects, sends, obeys and says goodbye", async () => {
		const { host, broker, failures, device: running } = await start();
		await advance(host, 3000);
		expect(host.links).toEqual(["resolving", "connecting", "handshaking", "online"]);
		expect(broker.heard).toEqual([
			"connect d1nightlight_client",
			"subscribe d1/commands 0",
			"publish d1/status online retained",
			'publish d1/state {"led_on":false} retained',
			'publish d1/telemetry {"light":321}',
			'publish d1/telemetry {"light":321}',
		]);
		broker.publish("d1/commands", '{"led_on":true}');
		await advance(host, 100);
		expect(host.digital.led).toBe(1);
		expect(host.eventsOf("led")).toEqual([{ event: "led", on: true }]);
		const stopped = running.stop();
		await advance(host, 200);
		await stopped;
		device = undefined;
		expect(broker.heard.slice(-2)).toEqual(["publish d1/status offline retained", "disconnect"]);
		expect(host.links.at(-1)).toBe("offline");
		expect(failures).toEqual([]);
	});

	it("keeps nothing of the messages it has received", async () => {
		const { host, broker, device: running } = await start();
		await advance(host, 3100);
		const inUse = async () => {
			const { slots, chunkBytes } = await running.collect();
			return { slots, chunkBytes };
		};
		// What was sent last is kept: the same state, before and after.
		const command = async (text: string) => {
			broker.publish("d1/commands", text);
			await advance(host, 100);
		};
		await command('{"led_on":true}');
		const before = await inUse();
		await command(`{"led_on":false,"other":"${"long ".repeat(100)}"}`);
		expect(host.digital.led).toBe(0);
		await command('{"led_on":true}');
		expect(await inUse()).toEqual(before);
	});

	it("takes the same instructions and slots in the same turns", async () => {
		const runs: (readonly number[])[][] = [];
		for (let run = 0; run < 2; run++) {
			const turns: number[][] = [];
			const { host, device: running } = await start({
				countsInstructions: true,
				onMeter: (kind, meter) => turns.push([kind, meter.work, meter.slots]),
			});
			await advance(host, 3000);
			runs.push([[running.baseline.work], ...turns, [(await running.nothing()).work]]);
			const stopped = running.stop();
			await advance(host, 200);
			await stopped;
			device = undefined;
		}
		expect(runs[0]).toEqual(runs[1]);
	});
});

describe("without the tools", () => {
	afterEach(() => vi.unstubAllEnvs());

	it("says in a line what to install", async () => {
		vi.stubEnv("PATH", folder);
		await expect(armImage({ log: silent })).rejects.toThrow(
			/^no \S+ for --engine arm: apt-get install gcc gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm$/,
		);
	});
});

/** Instead of the firmware: does what the configuration's `id` says. */
const GUEST = `
	const hoard = () => { for (let all = {};;) all = { all }; };
	const recurse = (depth) => 1 + recurse(depth + 1);
	export default (kind, now, handle, count, text) => {
		if (kind === 0) throw new Error("too late");
		if (kind === 254) native.stopped();
		if (kind === 255) native.nothing();
		if (kind !== 253) return;
		const { id } = JSON.parse(text).config;
		if (id === "fails later") native.alarm(500);
		if (id === "throws") throw new RangeError("no pin 7");
		if (id === "rejects") Promise.reject(new Error("nobody listens"));
		if (id === "hoards") hoard();
		if (id === "hoards bytes") for (let all = [];;) all.push(new Uint8Array(5000));
		if (id === "recurses") recurse(0);
		if (id === "names") for (let index = 0; ; index++) ({})["key" + index];
		if (id === "loops") for (;;) {}
		if (id.startsWith("says ")) native.report(JSON.stringify({ said: id.slice(5), length: id.length }));
	};
`;

describeWith([armTools], "a guest in the ARM image", () => {
	const files = (sources: Readonly<Record<string, string>>) => {
		mkdirSync(folder, { recursive: true });
		return new Map(
			Object.entries(sources).map(([name, source]) => {
				const file = join(folder, `${name.replaceAll("/", "-")}.ts`);
				writeFileSync(file, source);
				return [name, file];
			}),
		);
	};
	const MAIN = "firmware/boards/cortex-m4/main";
	let image: ArmImage;
	beforeAll(async () => {
		image = await armImage({ log: silent, files: files({ [MAIN]: GUEST }), preload: [] });
	}, BUILD_TIMEOUT);

	const startGuest = (id: string, host = new VirtualHost()) => {
		const config = { ...configOf(), id } as Config;
		return startOnArm(host, config, { image, onFailure: silent, log: silent });
	};

	/** The number of a line of its own, as a place tells it. */
	const lineWith = (text: string): number => GUEST.split("\n").findIndex((line) => line.includes(text)) + 1;
	it.each([
		["throws", `main.ts:${lineWith("no pin 7")}: RangeError: no pin 7`],
		["rejects", `main.ts:${lineWith("nobody listens")}: Error: nobody listens`],
		["hoards", `main.ts:${lineWith("const hoard")}: not enough memory`],
		["hoards bytes", `main.ts:${lineWith("Uint8Array")}: not enough memory`],
		["recurses", "does not start on ARM: JavaScript stack overflow"],
		["names", `main.ts:${lineWith('"key"')}: not enough memory`],
	])("that %s is reported: %s", async (id, reason) => {
		await expect(startGuest(id)).rejects.toThrow(reason);
	});

	it("that loops is reported", async () => {
		await expect(startGuest("loops")).rejects.toThrow(/a turn of more than 10 s: a loop without end\?/);
	}, 60_000);

	it("loses no frame in a thousand ways out and back", async () => {
		const guest = await startGuest("echoes");
		for (let count = 0; count < 1000; count++) await guest.nothing();
		await guest.stop();
	});

	it("is reported when it fails later", async () => {
		const failures: string[] = [];
		const host = new VirtualHost();
		const options = { image, onFailure: (why: string) => failures.push(why), log: silent };
		const guest = await startOnArm(host, { ...configOf(), id: "fails later" } as Config, options);
		host.clock.advance(1000);
		await guest.settled();
		expect(failures).toEqual([expect.stringMatching(/main\.ts:5: Error: too late$/)]);
		await expect(guest.nothing()).rejects.toThrow("the engine has ended");
	});

	it("says and hears what is not ASCII", async () => {
		const host = new VirtualHost();
		const said = "zero \0, é, €, 😀";
		const guest = await startGuest(`says ${said}`, host);
		expect(host.events).toEqual([{ said, length: 5 + said.length }]);
		await guest.stop();
	});

	it.each([
		["a Map", "export const seen = new Map();", "it holds a Map, which cannot live in flash"],
		["a Set", "const seen = new Set(); export const add = (x: number) => seen.add(x);", "it holds a Set"],
		["a Date", "export const start = new Date(0);", "it holds a Date"],
		["bytes", "export const table = new Uint8Array(4);", "it holds an ArrayBuffer or a typed array"],
		["an error", 'throw new Error("not now");', "it throws Error: not now"],
	])(
		"cannot preload %s",
		async (_, source, reason) => {
			const image = armImage({
				log: silent,
				files: files({ "guest/good": "export const one = 1;", "guest/bad": source, [MAIN]: GUEST }),
				preload: ["guest/good", "guest/bad"],
			});
			await expect(image).rejects.toThrow(`guest/bad cannot be preloaded: ${reason}`);
		},
		60_000,
	);

	it("is refused when it imports what is no module", async () => {
		const image = armImage({ log: silent, files: files({ [MAIN]: 'import "./absent.js";' }) });
		await expect(image).rejects.toThrow("./absent.js is not among the manifest's modules");
	});

	it("loads into RAM what is not preloaded, and what imports it", async () => {
		const image = await armImage({
			log: silent,
			files: files({
				"guest/map": `
					const all = new Map();
					export const count = (text) => all.set(text, 1).size;
				`,
				[MAIN]: `
					import { count } from "./guest-map.js";
					export default (kind, now, handle, number, text) => {
						if (kind === 253) native.report(JSON.stringify({ count: count(text) }));
						if (kind === 254) native.stopped();
					};
				`,
			}),
			preload: [],
		});
		const host = new VirtualHost();
		const guest = await startOnArm(host, configOf(), { image, onFailure: silent, log: silent });
		expect(host.events).toEqual([{ count: 1 }]);
		await guest.stop();
	});

	it("cannot be preloaded when something it imports is not", async () => {
		const image = armImage({
			log: silent,
			files: files({
				"guest/low": "export const low = 1;",
				"guest/high": 'export { low } from "./guest-low.js";',
				[MAIN]: GUEST,
			}),
			preload: ["guest/high"],
		});
		await expect(image).rejects.toThrow(/guest\/high cannot be preloaded: .*"guest\/low" is not preloaded/);
	});
});

describeWith([armTools], "the build of the ARM image", () => {
	it(
		"gives the same bytes in another folder and in another language",
		async () => {
			const manifest = readManifest();
			const modules = await transpile(firmwareFiles(manifest), manifest.preload ?? []);
			const hashes: string[] = [];
			for (const [name, language] of [
				["one", "C"],
				["another-place/deeper", "tr_TR.UTF-8"],
			] as const) {
				const place = join(folder, name);
				mkdirSync(place, { recursive: true });
				vi.stubEnv("LC_ALL", language);
				await buildImage(place, manifest, modules, silent);
				for (const file of ["image.bin", "image.elf"]) {
					hashes.push(
						createHash("sha256")
							.update(readFileSync(join(place, file)))
							.digest("hex"),
					);
				}
			}
			vi.unstubAllEnvs();
			expect(hashes.slice(0, 2)).toEqual(hashes.slice(2));
		},
		BUILD_TIMEOUT,
	);
});
