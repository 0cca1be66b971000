import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import type { FlashStorage } from "../../../firmware/ecma-419.js";
import type { Host } from "../../../firmware/host.js";
import { armImage } from "../../../host-sim/engines/arm/build.js";
import { startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { firmwareFiles, readManifest } from "../../../host-sim/engines/arm/modules.js";
import { NativeServer } from "../../../host-sim/engines/native-server.js";
import { xsWorker } from "../../../host-sim/engines/xs/build-worker.js";
import { XsWorker } from "../../../host-sim/engines/xs/worker.js";
import { createFlash } from "../../../host-sim/io/flash.js";
import { armTools, compiler, describeWith } from "../../support/requires.js";
import { configOf } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";
import { playFlash } from "./flash-script.js";

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const bundle = async (): Promise<string> => {
	const { outputFiles } = await build({
		entryPoints: [fileOf("flash-guest.ts")],
		...{ bundle: true, write: false, format: "iife", target: "es2022", logLevel: "silent" },
	});
	return outputFiles?.[0]?.text ?? "";
};

/** An image with the script in place of the firmware. */
const image = () => {
	const files = new Map(firmwareFiles(readManifest()));
	files.set("firmware/boards/cortex-m4/main", fileOf("flash-arm-guest.ts"));
	files.set("flash-script", fileOf("flash-script.ts"));
	return armImage({ log: () => {}, files });
};

/** Runs the script to its end on a host, over native functions. */
type Run = (host: Host, fail: (reason: string) => void) => Promise<void>;

const served = async (host: Host, run: (answer: (call: Uint8Array) => Uint8Array) => Promise<void>) => {
	const server = new NativeServer(
		host,
		{},
		() => {},
		() => {},
	);
	await run((call) => server.answer(call));
	server.close();
};

const onV8: Run = (host) =>
	served(host, async (answer) => {
		const context = createContext({
			issueCommand: (call: ArrayBuffer) => Uint8Array.from(answer(new Uint8Array(call))).buffer,
		});
		runInContext(await bundle(), context);
		runInContext("handleCommand()", context);
	});

const onXs: Run = (host, fail) =>
	served(host, async (answer) => {
		const worker = new XsWorker(await xsWorker(() => {}), answer, fail);
		try {
			await worker.evaluate(await bundle());
			await worker.event(() => new Uint8Array(1));
		} finally {
			worker.close();
		}
	});

const onArm: Run = async (host, fail) => {
	const options = { image: await image(), onFailure: fail, log: () => {} };
	const guest = await startOnArm(host, configOf(), options);
	await guest.stop();
};

/** What the script sees on a host with this flash memory. */
async function seen(run: Run, flash: FlashStorage | undefined): Promise<string[]> {
	const virtual = new VirtualHost();
	const lines: string[] = [];
	const host: Host = {
		...{ timer: virtual.timer, now: () => 0, date: () => 0, random: () => 0, restart: () => {} },
		...{ engine: "node", hmacSha256: () => new Uint8Array(32) },
		report: (event) => lines.push(event as unknown as string),
		device: { ...virtual.device, flash } as Host["device"],
	};
	await run(host, (reason) => lines.push(reason));
	return lines;
}

/** What it sees without anything in between. */
const seenOnNode = (flash: FlashStorage): string[] => {
	const lines: string[] = [];
	playFlash(flash, (line) => lines.push(line));
	return lines;
};

/** Flash memory that opens, and then fails. */
const failing: FlashStorage = {
	open: () => {
		const fail = () => {
			throw new Error("cannot write to /x/outbox.flash: no space left on device (ENOSPC)");
		};
		const status = () => ({ size: 4096, blocks: 1, blockLength: 4096 });
		return { read: () => new ArrayBuffer(4), write: fail, eraseBlock: fail, status, close: () => {} };
	},
};

const CASES = [
	{ engine: "V8", run: onV8, needs: [], prepare: async () => {} },
	{ engine: "XS", run: onXs, needs: [compiler], prepare: () => xsWorker(() => {}) },
	{ engine: "ARM", run: onArm, needs: [armTools], prepare: image },
] as const;

describe.each(CASES)("flash memory over native functions", ({ engine, run, needs, prepare }) => {
	describeWith([...needs], `on ${engine}`, () => {
		beforeAll(async () => {
			await prepare();
		}, 300_000);

		it("is that of the host", async () => {
			const lines = await seen(run, createFlash());
			expect(lines).toEqual(seenOnNode(createFlash()));
			expect(lines).toContain("written: 255,255,0,1,48,0,255,255,7,0");
			expect(lines).toHaveLength(21);
		});

		it("fails with the host's words", async () => {
			const lines = await seen(run, failing);
			const why = "cannot write to /x/outbox.flash: no space left on device (ENOSPC)";
			expect(lines).toContain(`write: ${why}`);
			expect(lines).toContain(`erase one: ${why}`);
		});

		it.each([
			{ name: "a host without flash memory", flash: undefined, says: "no flash partition outbox" },
			{
				name: "a partition that cannot be opened",
				flash: {
					open: () => {
						throw new Error("cannot open it: no space left");
					},
				},
				says: "cannot open it: no space left",
			},
			{
				name: "blocks of another length",
				flash: createFlash({ blockLength: 256 }),
				says: "blocks of 256 bytes, not 4096",
			},
		])("cannot be opened: $name", async ({ flash, says }) => {
			expect(await seen(run, flash)).toEqual([`open: ${says}`]);
		});
	});
});
