import { expect, it } from "vitest";
import { describeWith, mosquitto } from "../support/requires.js";
import { readOptions, type SoakOptions } from "./options.js";
import { soak } from "./run.js";

/** A run of some seconds. */
const small = (...words: readonly string[]): SoakOptions => ({
	...readOptions([
		"--devices",
		"4",
		"--processes",
		"2",
		"--messages",
		"1200",
		"--device-kills",
		"2",
		...words,
	]),
	...{ patience: 20, peerPatience: 2 },
});

describeWith([mosquitto], "a soak on Mosquitto", () => {
	it("with the server's answer: no reading is lost, doubled or out of order, whatever is killed and cut", async () => {
		const outcome = await soak(small("--broker-kills=2", "--server-kills=1", "--cuts=6"), () => {});
		expect(outcome.problems).toEqual([]);
		expect(outcome.devices.map(({ sent, arrived, unstored }) => [sent, arrived + unstored])).toEqual(
			Array(4).fill([300, 300]),
		);
		expect(outcome.counts).toMatchObject({ broker: 2, devices: 2, server: 1, subscriber: 1 });
		expect(outcome.counts.rst + outcome.counts.fin + outcome.counts["half-open"]).toBe(6);
		// What they lose is told, not judged.
		for (const { sent, arrived, unknown } of outcome.peers) {
			expect([sent, arrived > 0, unknown]).toEqual([300, true, 0]);
		}
	}, 60_000);

	it("with the broker's answer: no reading is lost when that is ended in order", async () => {
		const outcome = await soak(
			small("--delivery=broker", "--no-peers", "--broker-kills=2", "--server-kills=1", "--cuts=4"),
			() => {},
		);
		expect(outcome.problems).toEqual([]);
		expect(outcome.counts).toMatchObject({ broker: 2, devices: 2, server: 1 });
	}, 60_000);
});
