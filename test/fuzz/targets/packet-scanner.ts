import { foreignProtocol } from "../../../server/foreign-protocol.js";
import { type PacketProblem, PacketScanner } from "../../../server/packet-scanner.js";
import { brokerStream } from "../broker-stream.js";
import { bytesOf, EACH, joined, pieces, WHOLE } from "../bytes.js";
import { spoilt } from "../mutate.js";
import { demand, demandSame, type Target } from "../target.js";

/** Bytes of an input before the stream: which limit, and how the stream is cut. */
const HEADER = 2;
const LIMITS = Object.freeze([128, 129, 200, 1000, 262_144, 268_435_460]);

/** How other protocols begin. */
const FOREIGN = [
	bytesOf("HTTP/1.1 400 Bad"),
	bytesOf("SSH-2.0-x"),
	bytesOf("GET / HTTP"),
	Uint8Array.of(0x15, 3, 1),
];

/** A second reader, of the whole stream at once: the first problem there is. */
function problemIn(bytes: Uint8Array, limit: number): PacketProblem | undefined {
	for (let at = 0; ; ) {
		const digits: number[] = [];
		for (let index = at + 1; digits.length < 5; index++) {
			const digit = bytes[index];
			if (digit === undefined) break;
			digits.push(digit);
			if (digit < 128) break;
		}
		if (digits.length > 4 || (digits.length === 4 && (digits[3] as number) > 127))
			return { kind: "malformed" };
		if ((digits.at(-1) ?? 128) > 127) return undefined;
		const length = digits.reduceRight((sum, digit) => sum * 128 + (digit % 128), 0);
		const size = 1 + digits.length + length;
		if (size > limit) return { kind: "too-large", size };
		at += size;
		if (at >= bytes.length) return undefined;
	}
}

/** What is found, and after how many pieces. */
function scanned(chunks: readonly Uint8Array[], limit: number): PacketProblem | undefined {
	const scanner = new PacketScanner(limit);
	let found: PacketProblem | undefined;
	for (const chunk of chunks) {
		const problem = scanner.scan(chunk);
		demand(found === undefined || problem === found, "another problem than before");
		found = problem;
	}
	return found;
}

export const packetScanner: Target = {
	name: "packet-scanner",
	covers: ["server/packet-scanner.ts", "server/foreign-protocol.ts"],
	share: 4,
	generate: (random) => {
		const stream = random.chance(0.1) ? random.pick(FOREIGN) : brokerStream(random);
		return joined([random.bytes(HEADER), spoilt(stream, random)]);
	},
	run: (input) => {
		const limit = LIMITS[(input[0] ?? 0) % LIMITS.length] as number;
		const stream = input.subarray(HEADER);
		const expected = problemIn(stream, limit);
		for (const cut of [WHOLE, EACH, input[1] ?? 0])
			demandSame(
				JSON.stringify(scanned(pieces(stream, cut), limit)),
				JSON.stringify(expected),
				"the problem",
			);
		let known: ReturnType<typeof foreignProtocol> = "undecided";
		for (let length = 1; length <= Math.min(stream.length, 8); length++) {
			const verdict = foreignProtocol(stream.subarray(0, length));
			demand(known === "undecided" || verdict === known, "another protocol than before");
			known = verdict;
		}
		return `${expected?.kind ?? "good"}${known === undefined || known === "undecided" ? "" : ", foreign"}`;
	},
};
