import type { KeyValueDomain } from "../../../ecma-419.js";
import { type Bench, bad, good, type Result, reasonOf } from "./bench.js";

/** Where the self-test stores; at most 15 characters on an ESP32 (NVS), as each key. */
export const DOMAIN = "selftest";
const KEY = "probe";
/** Bytes of a value, about what the firmware's session stores at a time. */
const LENGTH = 64;

function randomBytes(bench: Bench): Uint8Array {
	const bytes = new Uint8Array(LENGTH);
	for (let index = 0; index < LENGTH; index++) bytes[index] = Math.floor(bench.random() * 256);
	return bytes;
}

const isSame = (stored: ArrayBuffer | undefined, wanted: Uint8Array): boolean => {
	const bytes = stored && new Uint8Array(stored);
	return bytes?.length === wanted.length && wanted.every((byte, index) => byte === bytes[index]);
};

/** Key-value storage: a value is written, read, replaced, read and deleted. */
export function checkStorage(bench: Bench): Result {
	let domain: KeyValueDomain;
	try {
		domain = bench.keyValue.open({ path: DOMAIN, format: "buffer" });
	} catch (error) {
		return bad("X", `cannot open it: ${reasonOf(error)}`);
	}
	try {
		for (let round = 0; round < 2; round++) {
			const value = randomBytes(bench);
			try {
				domain.write(KEY, value);
			} catch (error) {
				return bad("W", `cannot write: ${reasonOf(error)}`);
			}
			if (!isSame(domain.read(KEY), value)) return bad("R", "it reads other bytes than were written");
		}
		domain.delete(KEY);
		if (domain.read(KEY) !== undefined) return bad("D", "a key is still there when it was deleted");
		return good("1", `${LENGTH} bytes written, read, replaced and deleted`);
	} catch (error) {
		return bad("E", `cannot read or delete: ${reasonOf(error)}`);
	} finally {
		domain.close();
	}
}
