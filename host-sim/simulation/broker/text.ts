import { type Violation, violation } from "./packet.js";

const ILL_FORMED = Object.freeze(violation("MQTT-1.5.3-1", "text that is not UTF-8"));
const NUL = Object.freeze(violation("MQTT-1.5.3-2", "U+0000 in a text"));

/** ASCII of so many bytes is put together here, which is faster. */
const SHORT_TEXT = 1024;

/** So few bytes are copied one by one, as a view would cost more. */
const SHORT_COPY = 64;

/** The text in `bytes` from `from` to before `to`, or what is wrong with it (1.5.3). */
export function readText(bytes: Uint8Array, from: number, to: number): string | Violation {
	let ored = 0;
	for (let at = from; at < to; at++) {
		const byte = bytes[at] as number;
		if (byte === 0) return NUL;
		ored |= byte;
	}
	const view = bytes.subarray(from, to);
	if (ored < 0x80 && view.length <= SHORT_TEXT) return String.fromCharCode.apply(null, view as never);
	try {
		// A byte order mark is text like any other [MQTT-1.5.3-3].
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(view);
	} catch {
		return ILL_FORMED;
	}
}

/** A new array of the bytes from `from` to before `to`, whatever kind of array they are in. */
export function copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
	const copy = new Uint8Array(to - from);
	copyInto(copy, 0, bytes, from, to);
	return copy;
}

/** Puts the bytes of `source` from `from` to before `to` into `target` at `at`. */
export function copyInto(target: Uint8Array, at: number, source: Uint8Array, from: number, to: number): void {
	if (to - from > SHORT_COPY) target.set(source.subarray(from, to), at);
	else for (let index = from, place = at; index < to; ) target[place++] = source[index++] as number;
}
