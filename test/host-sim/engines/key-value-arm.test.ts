import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import type { FlashStorage } from "../../../firmware/ecma-419.js";
import { type ArmImage, armImage } from "../../../host-sim/engines/arm/build.js";
import { startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { firmwareFiles, ROOT, readManifest } from "../../../host-sim/engines/arm/modules.js";
import { createFlash } from "../../../host-sim/io/flash.js";
import { armTools, describeWith } from "../../support/requires.js";
import { ScriptedBroker } from "../../support/virtual/broker.js";
import { configOf } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";

const KEY_VALUE = "firmware/key-value/flash-key-value";

/** The firmware for a board without key-value storage. */
function image(): Promise<ArmImage> {
	const manifest = readManifest();
	const files = new Map(firmwareFiles(manifest));
	files.set(KEY_VALUE, join(ROOT, `${KEY_VALUE}.ts`));
	files.set(
		"firmware/boards/cortex-m4/main",
		fileURLToPath(new URL("key-value-arm-guest.ts", import.meta.url)),
	);
	return armImage({ log: () => {}, files, preload: [...(manifest.preload ?? []), KEY_VALUE] });
}

/** Starts a device on a board with this flash memory alone, gives it a command, and returns its answer. */
async function answerTo(command: string, flash: FlashStorage): Promise<string | undefined> {
	const virtual = new VirtualHost();
	const broker = new ScriptedBroker(virtual.network);
	const { keyValue: _, ...device } = virtual.device;
	const host = Object.assign(Object.create(virtual), { device: { ...device, flash } });
	const failures: string[] = [];
	const options = {
		image: await image(),
		log: () => {},
		onFailure: (why: string) => void failures.push(why),
	};
	const guest = await startOnArm(host, configOf(), options);
	await virtual.clock.advanceWith(guest.settled, 1000);
	broker.publish("d1/commands", command);
	await virtual.clock.advanceWith(guest.settled, 1000);
	guest.close();
	expect(failures).toEqual([]);
	expect(virtual.eventsOf("storage")).toEqual([]);
	return broker.heard.find((line) => line.startsWith("publish d1/responses"));
}

describeWith([armTools], "an ARM image for a board with flash memory alone", () => {
	beforeAll(async () => {
		await image();
	}, 300_000);

	it("keeps in it what a command configured, over a power cut", async () => {
		const flash = createFlash();
		const inForce = /"interval":500,/;
		expect(await answerTo('{"id":"one","configure":{"interval":500}}', flash)).toMatch(inForce);
		expect(await answerTo('{"id":"two","configure":{"threshold":7}}', flash)).toMatch(inForce);
		expect(await answerTo('{"id":"two","configure":{"threshold":7}}', createFlash())).not.toMatch(inForce);
	});
});
