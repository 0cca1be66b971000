import { describe, expect, it } from "vitest";
import type { KeyValueDomain } from "../../../firmware/ecma-419.js";
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

	it("takes nothing more while it is full, but what replaces something as long", () => {
		const { storage, domain } = storageOf();
		const mend = storage.trouble.replace("full");
		expect(() => domain.write("3", Uint8Array.of(3))).toThrow("no space left");
		expect(() => domain.write("1", Uint8Array.of(3, 3))).toThrow("no space left");
		domain.write("2", Uint8Array.of(4, 4, 4));
		domain.delete("1");
		expect([[...domain], bytes(domain.read("2"))]).toEqual([["2"], [4, 4, 4]]);
		mend();
		domain.write("1", Uint8Array.of(3, 3));
		expect([...domain]).toEqual(["2", "1"]);
	});

	it("does nothing while it is broken, and has all that was there afterwards", () => {
		const { storage, domain } = storageOf();
		const mend = storage.trouble.replace("broken");
		for (const action of [
			() => domain.write("1", Uint8Array.of(3)),
			() => domain.delete("1"),
			() => domain.read("1"),
			() => [...domain],
		]) {
			expect(action).toThrow("an error of the flash");
		}
		mend();
		expect([[...domain], bytes(domain.read("1"))]).toEqual([["1", "2"], [1]]);
	});

	/** What is left of so many changes when the power goes in the last of them, over many seeds. */
	const left = (count: number, change: (domain: KeyValueDomain, settle: () => void) => void) => {
		const seen = new Set<string>();
		for (let seed = 1; seed <= 200; seed++) {
			const { storage, domain } = storageOf(seed);
			storage.settle();
			storage.cutAt(count, () => {
				storage.hasPower = false;
			});
			change(domain, () => storage.settle());
			domain.write("1", Uint8Array.of(8));
			const rest = [...domain].sort().map((key) => `${key}: ${String(bytes(domain.read(key)))}`);
			seen.add(rest.join("; ").replace(/2: (|2|2,2|3|3,3)(?=;|$)/, "2: torn"));
		}
		return [...seen].sort();
	};

	it("has the old value, the new one or a torn one when the power goes while it is written", () => {
		const rest = left(1, (domain) => {
			domain.write("2", Uint8Array.of(3, 3, 3));
		});
		expect(rest).toEqual(["1: 1; 2: 2,2,2", "1: 1; 2: 3,3,3", "1: 1; 2: torn"]);
	});

	it("has a key or has it not when the power goes while it is deleted", () => {
		const rest = left(1, (domain) => {
			domain.delete("2");
		});
		expect(rest).toEqual(["1: 1", "1: 1; 2: 2,2,2"]);
	});

	it("has any of a batch, in whatever order", () => {
		const rest = left(2, (domain) => {
			domain.write("3", Uint8Array.of(7));
			domain.delete("1");
		});
		expect(rest).toEqual([
			...["1: 1; 2: 2,2,2", "1: 1; 2: 2,2,2; 3: ", "1: 1; 2: 2,2,2; 3: 7"],
			...["2: 2,2,2", "2: 2,2,2; 3: ", "2: 2,2,2; 3: 7"],
		]);
	});

	it("has all that was changed before something left the device", () => {
		const rest = left(2, (domain, settle) => {
			domain.write("3", Uint8Array.of(7));
			settle();
			domain.delete("1");
		});
		expect(rest).toEqual(["1: 1; 2: 2,2,2; 3: 7", "2: 2,2,2; 3: 7"]);
	});
});
