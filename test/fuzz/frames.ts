/** Frames of a WebSocket server (RFC 6455, 5.2). */
import { bytesOf, joined } from "./bytes.js";
import type { Random } from "./random.js";

export function frame(first: number, payload: Uint8Array, size = 0): Uint8Array {
	const { length } = payload;
	const extended = size > 0 ? size : length < 126 ? 0 : length < 65_536 ? 2 : 8;
	const head = new Uint8Array(2 + extended);
	head[0] = first;
	head[1] = extended === 0 ? length : extended === 2 ? 126 : 127;
	for (let at = 0, rest = length; extended > 0 && at < 4 && at < extended; at++, rest >>>= 8) {
		head[head.length - 1 - at] = rest & 0xff;
	}
	return joined([head, payload]);
}

const CONTROLS = Object.freeze([0x88, 0x89, 0x89, 0x8a]);
const CLOSES = [[], [3, 232], [3, 234, ...bytesOf("bye é")], [1], [3, 232, 0xff]];

/** Frames that a server may send, and some that it may not. */
export function serverFrames(random: Random): Uint8Array {
	const frames: Uint8Array[] = [];
	let isOpen = false;
	for (let count = random.below(8); count > 0; count--) {
		if (random.chance(0.3)) {
			const first = random.pick(CONTROLS);
			const payload = first === 0x88 ? Uint8Array.from(random.pick(CLOSES)) : random.bytes(random.small(40));
			frames.push(frame(first, payload));
			continue;
		}
		const opcode = isOpen ? 0 : random.chance(0.98) ? 2 : 1;
		isOpen = random.chance(0.3);
		const payload = random.bytes(random.small(random.chance(0.1) ? 300 : 40));
		frames.push(frame((isOpen ? 0 : 0x80) | opcode, payload, random.chance(0.02) ? random.pick([2, 8]) : 0));
	}
	return joined(frames);
}
