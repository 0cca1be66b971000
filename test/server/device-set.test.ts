import { expect, it } from "vitest";
import { DeviceSet } from "../../server/device-set.js";

it("has whom it was told to have last", () => {
	const set = new DeviceSet();
	set.set("a", true);
	set.set("b", true);
	set.set("a", false);
	expect([set.has("a"), set.has("b"), set.has("c"), set.size]).toEqual([false, true, false, 1]);
});

it("forgets whom it has not heard of for longest, and keeps no more than it may", () => {
	const set = new DeviceSet(3);
	for (const id of ["a", "b", "c", "a", "d"]) set.set(id, true);
	expect(["a", "b", "c", "d"].map((id) => set.has(id))).toEqual([true, false, true, true]);
	for (let index = 0; index < 100; index += 1) set.set(`${index}`, true);
	expect(set.size).toBe(3);
});

it("keeps 10,000 when nothing else is said", () => {
	const set = new DeviceSet();
	for (let index = 0; index < 10_010; index += 1) set.set(`${index}`, true);
	expect(set.size).toBe(10_000);
});
