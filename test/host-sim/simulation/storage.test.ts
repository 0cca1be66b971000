import { describe, expect, it } from "vitest";
import { SimulatedStorage } from "../../../host-sim/simulation/device/storage.js";
import { Random } from "../../../host-sim/simulation/random.js";

const bytes = (value: ArrayBuffer | undefined) => value && [...new Uint8Array(value)];

/** A storage with power, that has 1: [1] and 2: [2]. */
function storageOf(seed = 1) {
	const storage = new SimulatedStorage(new Random(seed, "storage"));
	storage.hasPower = true;
	const domain = storage.open({ path: "a" });
	domain.write("1", Uint8Array.of(1));
	domain.write("2", Uint8Array.of(2, 2, 2));
	return { storage, domain };
}

describe("a device's storage", () => {
	it("keeps what was written, by domain", () => {
		const { storage, domain } = storageOf();
		storage.open({ path: "b" }).write("1", Uint8Array.of(9));
		expect([bytes(domain.read("1")), [...domain], storage.size]).toEqual([[1], ["1", "2"], 3]);
		domain.delete("1");
		expect([...storage.open({ path: "a" })]).toEqual(["2"]);
	});

	it("changes nothing without power", () => {
		const { storage, domain } = storageOf();
		storage.hasPower = false;
		domain.write("1", Uint8Array.of(9));
		domain.delete("2");
		expect(bytes(domain.read("1"))).toEqual([1]);
		expect(storage.size).toBe(2);
	});

	it("fails while it is told to, and changes nothing then", () => {
		const { storage, domain } = storageOf();
		const mend = storage.failure.replace("no space left");
		expect(() => domain.write("3", Uint8Array.of(3))).toThrow("no space left");
		expect(() => domain.delete("1")).toThrow("no space left");
		mend();
		expect([...domain]).toEqual(["1", "2"]);
	});

	it("has the old value, the new one or a torn one when the power goes while it is written", () => {
		const fates = new Set<string>();
		for (let seed = 1; seed <= 60; seed++) {
			const { storage, domain } = storageOf(seed);
			storage.cutAt(2, () => {
				storage.hasPower = false;
			});
			domain.write("1", Uint8Array.of(7));
			domain.write("2", Uint8Array.of(3, 3, 3));
			domain.write("1", Uint8Array.of(8));
			expect(bytes(domain.read("1"))).toEqual([7]);
			const value = String(bytes(domain.read("2")));
			fates.add(value.length < 5 ? "torn" : value);
		}
		expect(fates).toEqual(new Set(["2,2,2", "3,3,3", "torn"]));
	});

	it("has a key or has it not when the power goes while it is deleted", () => {
		const left = new Set<number>();
		for (let seed = 1; seed <= 30; seed++) {
			const { storage, domain } = storageOf(seed);
			storage.cutAt(1, () => {
				storage.hasPower = false;
			});
			domain.delete("2");
			left.add(storage.size);
		}
		expect(left).toEqual(new Set([1, 2]));
	});
});
