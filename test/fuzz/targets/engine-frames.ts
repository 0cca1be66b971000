import { decodeMeter, FrameReader, frame } from "../../../host-sim/engines/arm/protocol.js";
import { NetstringReader, netstring } from "../../../host-sim/engines/xs/netstring.js";
import { EACH, hexOf, joined, pieces, WHOLE } from "../bytes.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target } from "../target.js";

const HEADER = 2;

/** What reads a stream, and ends with an error for one that is wrong. */
interface Reader {
	push(bytes: Uint8Array): void;
}

/** The messages in these pieces, in hexadecimal, and whether the stream was wrong. */
function readAll(
	newReader: (onMessage: (bytes: Uint8Array) => void) => Reader,
	chunks: readonly Uint8Array[],
): string {
	const lines: string[] = [];
	const reader = newReader((message) => lines.push(hexOf(message)));
	try {
		for (const chunk of chunks) reader.push(chunk);
	} catch (error) {
		demand(error instanceof Error && error.constructor !== TypeError, "an error that nobody has documented");
		lines.push("wrong");
	}
	return lines.join("\n");
}

/** ARM's frames: u32, little endian, then so many bytes. */
function referenceFrames(stream: Uint8Array): string {
	const lines: string[] = [];
	for (let at = 0; at + 4 <= stream.length; ) {
		const length = stream.slice(at, at + 4).reduceRight((value, byte) => value * 256 + byte, 0);
		if (length > 1 << 20) return [...lines, "wrong"].join("\n");
		if (at + 4 + length > stream.length) break;
		lines.push(hexOf(stream.subarray(at + 4, at + 4 + length)));
		at += 4 + length;
	}
	return lines.join("\n");
}

/** Netstrings: a length in decimal, a colon, so many bytes, a comma. */
function referenceNetstrings(stream: Uint8Array): string {
	const lines: string[] = [];
	let rest = Buffer.from(stream).toString("latin1");
	for (let colon = rest.indexOf(":"); colon >= 0; colon = rest.indexOf(":")) {
		const digits = rest.slice(0, colon);
		const end = colon + 1 + Number(digits);
		if (!/^[0-9]{1,9}$/.test(digits)) return [...lines, "wrong"].join("\n");
		if (end >= rest.length) break;
		if (rest[end] !== ",") return [...lines, "wrong"].join("\n");
		lines.push(Buffer.from(rest.slice(colon + 1, end), "latin1").toString("hex"));
		rest = rest.slice(end + 1);
	}
	if (!rest.includes(":") && rest.length > 9) lines.push("wrong");
	return lines.join("\n");
}

const some = (random: Random, one: () => Uint8Array): Uint8Array =>
	joined(Array.from({ length: random.below(5) }, one));

/** What the engines send to us; the first byte says which of them, and the first two how it is cut. */
export const engineFrames: Target = {
	name: "engine-frames",
	covers: ["host-sim/engines/arm/protocol.ts", "host-sim/engines/xs/netstring.ts"],
	share: 3,
	generate: (random) => {
		const which = random.below(2);
		const body = () => random.bytes(random.small(40));
		const stream = some(random, () =>
			which === 0 ? frame(body()) : netstring(random.pick(["?", ".", "!"]), body()),
		);
		return joined([Uint8Array.of(which, random.below(256)), spoilt(stream, random)]);
	},
	run: (input) => {
		const [which = 0, low = 0] = input;
		const stream = input.subarray(Math.min(HEADER, input.length));
		const isArm = (which & 1) === 0;
		const wanted = isArm ? referenceFrames(stream) : referenceNetstrings(stream);
		for (const cut of [WHOLE, EACH, low]) {
			const lines = readAll(
				(onMessage) => (isArm ? new FrameReader(onMessage) : new NetstringReader(onMessage)),
				pieces(stream, cut),
			);
			demandSame(lines, wanted, "other messages than there are");
		}
		if (stream.length >= 32)
			for (const value of Object.values(decodeMeter(stream))) demand(value >= 0, "a meter below 0");
		return wanted.endsWith("wrong") ? "wrong" : wanted === "" ? "nothing" : "messages";
	},
};
