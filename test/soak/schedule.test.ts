import { describe, expect, it } from "vitest";
import { readOptions } from "./options.js";
import { refresh } from "./results.js";
import { scheduleOf } from "./schedule.js";

describe("the schedule of troubles", () => {
	const schedule = (...words: readonly string[]) => scheduleOf(readOptions(words), 2);

	it("is the same for the same seed, and another one for another", () => {
		expect(schedule("--seed", "7")).toEqual(schedule("--seed", "7"));
		expect(schedule("--seed", "7")).not.toEqual(schedule("--seed", "8"));
	});

	it("has as many troubles as were asked for, in the order in which they come, for each process of devices", () => {
		const all = schedule("--messages", "1000");
		const kinds = [all.broker, all.devices, all.server, all.cuts, all.subscriber, ...all.peers];
		expect(kinds.map(({ length }) => length)).toEqual([50, 50, 20, 200, 20, 10, 10]);
		for (const troubles of kinds) {
			const times = troubles.map(({ at }) => at);
			expect(times).toEqual([...times].sort((a, b) => a - b));
			expect([Math.min(...times) >= 10, Math.max(...times) < 1000]).toEqual([true, true]);
		}
		expect(new Set(all.devices.map(({ process }) => process)).size).toBe(5);
		expect(new Set(all.cuts.map(({ cut }) => cut))).toEqual(new Set(["rst", "fin", "half-open"]));
		expect(all.server.filter(({ isInCommit }) => isInCommit)).toHaveLength(10);
	});
});

describe("the options of a soak", () => {
	it("take a share of all troubles, or a number of one", () => {
		const { brokerKills, deviceKills, serverKills, cuts } = readOptions(["--kills", "0.1", "--cuts", "3"]);
		expect([brokerKills, deviceKills, serverKills, cuts]).toEqual([5, 5, 2, 3]);
	});

	it("have no more processes than devices", () => {
		expect(readOptions(["--devices", "3"]).processes).toBe(3);
	});

	it.each([
		{ words: ["--messages", "many"], says: "--messages: a number from 20" },
		{ words: ["--messages", "19"], says: "--messages: a number from 20" },
		{ words: ["--devices", "1", "--messages", "1000001"], says: "at most 1000000 of each device" },
		{ words: ["--delivery", "pigeon"], says: "--delivery: server or broker" },
		{ words: ["--cuts=-1"], says: "--cuts: a number from 0" },
		{ words: ["--what"], says: "--what" },
	])("refuse $words", ({ words, says }) => {
		expect(() => readOptions(words)).toThrow(says);
	});
});

describe("the page of results", () => {
	it("has a section for each command, of which a new run replaces its own", () => {
		const first = refresh(refresh("", "a", ["1"]), "b", ["2"]);
		expect(first.match(/^## .*/gm)).toEqual(["## `a`", "## `b`"]);
		const again = refresh(first, "a", ["3"]);
		expect(again).toBe(first.replace("\n1\n", "\n3\n"));
	});
});
