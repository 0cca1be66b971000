import { describe, expect, it } from "vitest";
import { FaultFileError, parseFaults } from "../../../host-sim/simulation/faults/fault-file.js";
import { expectedFaults, HOUR, planFaults } from "../../../host-sim/simulation/faults/plan.js";
import { DEFAULT_RATES, FAULT_NAMES, NO_FAULTS } from "../../../host-sim/simulation/faults/rates.js";

describe("a fault file", () => {
	it("says what happens how often; what it does not name does not happen", () => {
		expect(parseFaults('{"reset": 60, "power": 0.5}')).toEqual({ ...NO_FAULTS, reset: 60, power: 0.5 });
		expect(parseFaults("{}")).toEqual(NO_FAULTS);
		expect(parseFaults('\ufeff {\r\n\t"r\\u0065set" : 6e1 }\n')).toEqual({ ...NO_FAULTS, reset: 60 });
	});

	it.each([
		{ text: "", says: 'line 1: not an object such as {"reset": 6}' },
		{ text: "{", says: 'line 1: no JSON: wants "," or "}"' },
		{ text: "{ // no comment\n}", says: "line 1: no JSON: cannot read // no comment" },
		{ text: '{"reset": 06}', says: 'line 1: no JSON: wants "," or "}"' },
		{ text: '{"reset": +6}', says: "line 1: no JSON: cannot read +6" },
		{ text: '{"reset": 6\n', says: 'line 2: no JSON: wants "," or "}"' },
		{ text: '{"reset', says: 'line 1: no JSON: cannot read "reset' },
		{ text: '{\n"reset": 6,\n}', says: 'line 3: no JSON: wants the name of a fault, as "reset"' },
		{ text: '{\n"reset": 6,\nsplit: 3\n}', says: "line 3: no JSON: cannot read split" },
		{ text: '{\n"reset"\n6}', says: 'line 3: no JSON: wants ":" and times an hour' },
		{ text: '{\n"reset":\n}', says: "line 3: no JSON: wants times an hour" },
		{ text: '{\n"reset": 6\n"split": 3}', says: 'line 3: no JSON: wants "," or "}"' },
		{ text: '{"reset": 6', says: 'line 1: no JSON: wants "," or "}"' },
		{ text: "{\n}}", says: 'line 2: no JSON: wants nothing more behind "}"' },
		{ text: '{\n"reset": 6,\n"reset": 7\n}', says: "line 3: reset is there twice; name each fault once" },
		{ text: '{\n"reset": 6,\n"reset": 3601\n}', says: "line 3: reset: 3601 is no rate" },
		{ text: '{\r\n"reset": 6,\r\n"rest": 1}', says: 'line 3: no fault "rest"' },
		{ text: '{\n"\\u0072est": 1}', says: 'line 2: no fault "rest"' },
		{ text: '{"reset": 1e400}', says: "line 1: reset: 1e400 is no rate" },
		{ text: '{"reset": 0x10}', says: "line 1: no JSON: cannot read x10" },
		{ text: '{"reset": {"split": 1}}', says: "line 1: reset: { is no rate" },
		{ text: "[]", says: 'line 1: not an object such as {"reset": 6}' },
		{ text: "null", says: "line 1: not an object" },
		{ text: '{\n  "rest": 6\n}', says: 'line 2: no fault "rest"; there are latency, jitter, split, reset,' },
		{
			text: '{\n"reset": 1,\n"split":\n-1}',
			says: "line 3: split: -1 is no rate; from 0 to 3600 times an hour",
		},
		{ text: '{"reset": 3601}', says: "line 1: reset: 3601 is no rate" },
		{ text: '{"reset": "often"}', says: 'line 1: reset: "often" is no rate' },
		{ text: '{"toString": 1}', says: 'line 1: no fault "toString"' },
		{ text: '{"__proto__": 1}', says: 'line 1: no fault "__proto__"' },
		{ text: `{"${"r".repeat(41)}": 1}`, says: `line 1: no fault "${"r".repeat(40)}…"; there are latency` },
		{ text: `{"reset": ${"6".repeat(41)}}`, says: `line 1: reset: ${"6".repeat(40)}… is no rate` },
		{ text: "r".repeat(41), says: 'line 1: not an object such as {"reset": 6}' },
	])("is refused: $text", ({ text, says }) => {
		expect(() => parseFaults(text)).toThrow(FaultFileError);
		expect(() => parseFaults(text)).toThrow(says);
	});

	it.each([
		{ name: "a list", text: "[".repeat(100_000) },
		{ name: "a rate", text: `{"reset": ${"[".repeat(100_000)}${"]".repeat(100_000)}}` },
	])("is refused: $name deeper than any stack", ({ text }) => {
		expect(() => parseFaults(text)).toThrow(FaultFileError);
	});
});

describe("a plan of faults", () => {
	const targets = { devices: ["a", "b"], until: 3_600_000 };

	it("follows from the seed", () => {
		expect(planFaults(5, DEFAULT_RATES, targets)).toEqual(planFaults(5, DEFAULT_RATES, targets));
		expect(planFaults(5, DEFAULT_RATES, targets)).not.toEqual(planFaults(6, DEFAULT_RATES, targets));
	});

	it("has the tick counter wrap once at most, as likely as wanted", () => {
		let count = 0;
		for (let seed = 0; seed < 200; seed++) {
			const wraps = planFaults(seed, { ...NO_FAULTS, tickWrap: 0.5 }, { ...targets, until: 10 * HOUR });
			for (const { fault, at, duration } of wraps) {
				expect([fault, duration]).toEqual(["tickWrap", 0]);
				expect(at).toBeLessThanOrEqual(HOUR);
			}
			expect(new Set(wraps.map(({ target }) => target)).size).toBe(wraps.length);
			count += wraps.length;
		}
		expect(count / (200 * targets.devices.length)).toBeCloseTo(0.5, 1);
	});

	it("has about as many faults as are expected", () => {
		const expected = expectedFaults(DEFAULT_RATES, { ...targets, until: 20 * HOUR });
		const { length } = planFaults(5, DEFAULT_RATES, { ...targets, until: 20 * HOUR });
		expect(Math.abs(length / expected - 1)).toBeLessThan(0.05);
		expect(expectedFaults(NO_FAULTS, targets)).toBe(0);
	});

	it("is empty without faults", () => {
		expect(planFaults(5, NO_FAULTS, targets)).toEqual([]);
	});

	it.each(FAULT_NAMES.filter((name) => name !== "tickWrap"))(
		"has %s about as often as wanted, and in time",
		(name) => {
			const counts = new Map<string, number>();
			for (let seed = 0; seed < 50; seed++) {
				for (const { fault, target, at, duration } of planFaults(
					seed,
					{ ...NO_FAULTS, [name]: 12 },
					targets,
				)) {
					expect(fault).toBe(name);
					expect(at + duration).toBeLessThanOrEqual(targets.until);
					counts.set(target, (counts.get(target) ?? 0) + 1);
				}
			}
			expect(counts.size).toBeGreaterThan(0);
			for (const count of counts.values()) {
				expect(count / 50).toBeGreaterThan(9);
				expect(count / 50).toBeLessThan(15);
			}
		},
	);

	it("does not change the other faults when one is added", () => {
		const one = planFaults(5, { ...NO_FAULTS, reset: 10 }, targets);
		const two = planFaults(5, { ...NO_FAULTS, reset: 10, power: 10 }, targets);
		expect(two.filter(({ fault }) => fault === "reset")).toEqual(one);
	});
});
