import { describe, expect, it } from "vitest";
import { StorageHealth } from "../../../host-sim/io/storage-health.js";

const healthOf = () => {
	let working = 0;
	const health = new StorageHealth(() => working++);
	return { health, one: health.observer(), other: health.observer(), working: () => working };
};

describe("the health of a device's storages", () => {
	it("tells what is not the storage's each time", () => {
		const { health, working } = healthOf();
		expect([health.tell(), health.tell(), working()]).toEqual([true, true, 0]);
	});

	it("tells a failure once until something could be stored, which is told too", () => {
		const { health, one, working } = healthOf();
		one.failed();
		expect([health.tell(), health.tell()]).toEqual([true, false]);
		one.written();
		expect(working()).toBe(1);
		one.written();
		one.failed();
		expect([health.tell(), health.tell(), working()]).toEqual([true, false, 1]);
	});

	it("a storage that works does not make another's failure news again", () => {
		const { health, one, other, working } = healthOf();
		one.failed();
		expect(health.tell()).toBe(true);
		other.written();
		expect([health.tell(), working()]).toEqual([false, 0]);
		other.failed();
		one.written();
		expect(working()).toBe(0);
		other.written();
		expect([working(), health.tell()]).toEqual([1, true]);
	});
});
