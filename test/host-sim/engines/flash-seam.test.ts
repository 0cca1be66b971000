import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { FlashStorage } from "../../../firmware/ecma-419.js";
import type { Host } from "../../../firmware/host.js";
import { NativeServer } from "../../../host-sim/engines/native-server.js";
import { xsWorker } from "../../../host-sim/engines/xs/build-worker.js";
import { XsWorker } from "../../../host-sim/engines/xs/worker.js";
import { createFlash } from "../../../host-sim/io/flash.js";
import { compiler, describeWith } from "../../support/requires.js";
import { VirtualHost } from "../../support/virtual/host.js";
import { playFlash } from "./flash-script.js";

const bundle = async (): Promise<string> => {
	const { outputFiles } = await build({
		entryPoints: [fileURLToPath(new URL("flash-guest.ts", import.meta.url))],
		...{ bundle: true, write: false, format: "iife", target: "es2022", logLevel: "silent" },
	});
	return outputFiles?.[0]?.text ?? "";
};

const workers: XsWorker[] = [];
afterEach(() => {
	for (const worker of workers.splice(0)) worker.close();
});

/** What the script sees on a host with this flash memory, over the native functions. */
async function seen(engine: "v8" | "xs", flash: FlashStorage | undefined): Promise<string[]> {
	const virtual = new VirtualHost();
	const lines: string[] = [];
	const host: Host = {
		...{ timer: virtual.timer, now: () => 0, date: () => 0, random: () => 0 },
		report: (event) => lines.push(event as unknown as string),
		device: { ...virtual.device, flash } as Host["device"],
	};
	const server = new NativeServer(
		host,
		{},
		() => {},
		() => {},
	);
	const answer = (call: Uint8Array) => server.answer(call);
	if (engine === "v8") {
		const context = createContext({
			issueCommand: (call: ArrayBuffer) => Uint8Array.from(answer(new Uint8Array(call))).buffer,
		});
		runInContext(await bundle(), context);
		runInContext("handleCommand()", context);
	} else {
		const worker = new XsWorker(await xsWorker(() => {}), answer, (reason) => lines.push(reason));
		workers.push(worker);
		await worker.evaluate(await bundle());
		await worker.event(() => new Uint8Array(1));
	}
	server.close();
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
	{ engine: "v8", needs: [] },
	{ engine: "xs", needs: [compiler] },
] as const;

describe.each(CASES)("flash memory over native functions", ({ engine, needs }) => {
	describeWith([...needs], `on ${engine}`, () => {
		beforeAll(async () => {
			if (engine === "xs") await xsWorker(() => {});
		}, 300_000);

		it("is that of the host", async () => {
			const lines = await seen(engine, createFlash());
			expect(lines).toEqual(seenOnNode(createFlash()));
			expect(lines).toContain("written: 255,255,0,1,48,0,255,255,7,0");
			expect(lines).toHaveLength(21);
		});

		it("fails with the host's words", async () => {
			const lines = await seen(engine, failing);
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
			expect(await seen(engine, flash)).toEqual([`open: ${says}`]);
		});
	});
});
