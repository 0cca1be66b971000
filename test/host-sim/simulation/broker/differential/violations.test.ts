import { afterAll, beforeAll, expect, it } from "vitest";
import { Mosquitto } from "../../../../support/mosquitto.js";
import { Programs } from "../../../../support/processes.js";
import { describeWith, mosquitto } from "../../../../support/requires.js";
import { connectPacket, generated, hex } from "../support.js";
import { FIRST, LATER } from "../violations.js";
import { TAKEN } from "./differences.js";
import { dialTcp } from "./wire.js";

describeWith([mosquitto], "Mosquitto closes the connection where the model broker does, for", () => {
	const programs = new Programs();
	let port = 0;
	beforeAll(async () => {
		port = (await Mosquitto.start(programs)).port;
	});
	afterAll(() => programs.endAll());

	/** Whether a broker that is sent this and PINGREQ closes the connection. */
	const closes = (...packets: readonly Uint8Array[]) =>
		new Promise<boolean>((resolve, reject) => {
			let heard = Buffer.alloc(0);
			const timer = setTimeout(
				() => reject(new Error(`neither PINGRESP nor an end: ${heard.toString("hex")}`)),
				3000,
			);
			const done = (isClosed: boolean) => {
				clearTimeout(timer);
				resolve(isClosed);
				wire.end();
			};
			const wire = dialTcp(port)({
				onBytes: (bytes) => {
					heard = Buffer.concat([heard, bytes]);
					if (heard.subarray(-2).toString("hex") === "d000") done(false);
				},
				onClosed: () => done(true),
			});
			for (const packet of packets) wire.send(packet);
			wire.send(generated({ cmd: "pingreq" }));
		});

	it.each(FIRST)("%s at its beginning [%s]", async (what, _, bytes) => {
		expect(await closes(hex(bytes))).toBe(!TAKEN.has(what));
	});

	it.each(LATER)("%s [%s]", async (what, _, bytes) => {
		expect(await closes(generated(connectPacket("a")), hex(bytes))).toBe(!TAKEN.has(what));
	});
});

it("what Mosquitto takes is among what is tried", () => {
	const tried = [...FIRST, ...LATER].map(([what]) => what);
	expect(tried).toEqual(expect.arrayContaining([...TAKEN.keys()]));
});
