import { Decoder } from "../../../firmware/websocket/decode.js";
import { longestAllocation } from "../allocations.js";
import { EACH, joined, latin1, pieces, WHOLE } from "../bytes.js";
import { serverFrames } from "../frames.js";
import { spoilt } from "../mutate.js";
import { referenceFrames } from "../oracles/websocket.js";
import { demand, demandSame, type Target } from "../target.js";

/** Bytes of an input before the stream: how it is cut. */
const HEADER = 2;
/** Bytes that may be allocated: the longest payload of a control frame. */
const MOST = 125;

/** All that comes of these pieces, in lines; the bytes of messages put together. */
function decodeAll(chunks: readonly Uint8Array[]): string[] {
	const decoder = new Decoder();
	const lines: string[] = [];
	let bytes = 0;
	for (const chunk of chunks) {
		bytes += chunk.length;
		decoder.push(chunk);
		let asked = 0;
		for (let one = decoder.next(); one !== undefined; one = decoder.next()) {
			demand(++asked <= bytes + 1, "no end of it");
			if (one.kind === "data") {
				if (lines.at(-1)?.startsWith("data ")) lines.push(`${lines.pop()}${latin1(one.bytes)}`);
				else lines.push(`data ${latin1(one.bytes)}`);
			} else if (one.kind === "ping") lines.push(`ping ${latin1(one.payload)}`);
			else if (one.kind === "close") lines.push(`close ${one.code} ${one.reason}`);
			else {
				demand(one.reason !== "", "malformed without a reason");
				lines.push(`malformed ${one.code}`);
			}
		}
	}
	return lines;
}

export const webSocketFrames: Target = {
	name: "websocket-frames",
	covers: ["firmware/websocket/decode.ts", "firmware/websocket/frame.ts"],
	share: 8,
	generate: (random) => {
		const stream = random.chance(0.1) ? random.bytes(random.small(60)) : spoilt(serverFrames(random), random);
		return joined([random.bytes(HEADER), stream]);
	},
	run: (input) => {
		const [high = 0, low = 0] = input;
		const stream = input.subarray(Math.min(HEADER, input.length));
		const wanted = referenceFrames(stream);
		const longest = longestAllocation(() => {
			for (const cut of [WHOLE, EACH, high * 256 + low]) {
				const lines = decodeAll(pieces(stream, cut));
				demandSame(lines.join("\n"), wanted.join("\n"), "RFC 6455 reads something else");
			}
		});
		demand(longest <= MOST, `${longest} bytes allocated`);
		return wanted.at(-1)?.split(" ")[0] ?? "nothing";
	},
};
