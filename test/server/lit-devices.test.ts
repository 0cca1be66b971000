import { expect, it } from "vitest";
import { LitDevices } from "../../server/lit-devices.js";

it("knows who was told to be on last", () => {
	const lit = new LitDevices();
	lit.set("a", true);
	lit.set("b", true);
	lit.set("a", false);
	expect([lit.has("a"), lit.has("b"), lit.has("c"), lit.size]).toEqual([false, true, false, 1]);
});

it("forgets whom it has not heard of for longest, and keeps no more than it may", () => {
	const lit = new LitDevices(3);
	for (const id of ["a", "b", "c", "a", "d"]) lit.set(id, true);
	expect(["a", "b", "c", "d"].map((id) => lit.has(id))).toEqual([true, false, true, true]);
	for (let index = 0; index < 100; index += 1) lit.set(`${index}`, true);
	expect(lit.size).toBe(3);
});

it("keeps 10,000 when nothing else is said", () => {
	const lit = new LitDevices();
	for (let index = 0; index < 10_010; index += 1) lit.set(`${index}`, true);
	expect(lit.size).toBe(10_000);
});
