import { createHash } from "node:crypto";
import type { TCP, TCPOptions } from "../../../firmware/ecma-419.js";
import { acceptOf } from "../../../firmware/websocket/handshake.js";
import { WebSocket } from "../../../firmware/websocket/websocket.js";
import { joined, latin1 } from "../bytes.js";
import { serverFrames } from "../frames.js";
import { spoilt } from "../mutate.js";
import { referenceFrames } from "../oracles/websocket.js";
import { demand, type Target } from "../target.js";
import { anyAnswer, endOfAnswer } from "./websocket-handshake.js";

const sha1 = (bytes: Uint8Array): Uint8Array => createHash("sha1").update(bytes).digest();
/** The key of a socket whose chance is always 0. */
const ACCEPT = acceptOf("AAAAAAAAAAAAAAAAAAAAAA==", sha1);

/** A TCP socket whose other end is an input. */
class ScriptedSocket implements TCP {
	readonly target: unknown;
	readonly options: TCPOptions;
	#received: Uint8Array = new Uint8Array(0);
	readonly sent: Uint8Array[] = [];
	isClosed = false;

	constructor(options: TCPOptions) {
		this.options = options;
		this.target = options.target;
	}

	read(byteLength = this.#received.length): ArrayBuffer | undefined {
		demand(!this.isClosed && byteLength <= this.#received.length, "reads what is not there");
		const piece = this.#received.slice(0, byteLength);
		this.#received = this.#received.subarray(byteLength);
		return piece.length === 0 ? undefined : (piece.buffer as ArrayBuffer);
	}

	write(data: ArrayBuffer | Uint8Array): number {
		demand(!this.isClosed, "writes to a closed socket");
		this.sent.push(new Uint8Array(data).slice());
		return ROOM;
	}

	close(): void {
		this.isClosed = true;
	}

	arrive(bytes: Uint8Array): void {
		if (this.isClosed) return;
		this.#received = joined([this.#received, bytes]);
		this.options.onReadable?.call(this, this.#received.length);
	}
}

const ROOM = 2000;

/** The payloads of a client's frames by opcode; each must be masked, whole and final (RFC 6455, 5.1). */
function clientFrames(bytes: Uint8Array): [opcode: number, payload: Uint8Array][] {
	const frames: [number, Uint8Array][] = [];
	for (let at = 0; at < bytes.length; ) {
		const [first = 0, second = 0] = bytes.subarray(at, at + 2);
		demand(
			(first & 0xf0) === 0x80 && (second & 0x80) > 0 && (second & 0x7f) < 126,
			"a frame that no client sends",
		);
		const length = second & 0x7f;
		demand(at + 6 + length <= bytes.length, "a frame that is not whole");
		frames.push([first & 15, bytes.subarray(at + 6, at + 6 + length)]);
		at += 6 + length;
	}
	return frames;
}

/** A whole WebSocket; the first two bytes of an input say how the stream is cut, and where the program writes. */
export const webSocket: Target = {
	name: "websocket",
	covers: ["firmware/websocket/websocket.ts", "firmware/websocket/base64.ts"],
	share: 3,
	generate: (random) => {
		const answer = spoilt(anyAnswer(random, ACCEPT), random, 0.9);
		// The answer ends where its empty line does.
		const end = latin1(answer).indexOf("\r\n\r\n");
		const head = end < 0 ? answer : answer.subarray(0, end + 4);
		return joined([random.bytes(2), head, spoilt(serverFrames(random), random, 0.6)]);
	},
	run: async (input) => {
		const [cut = 0, size = 0] = input;
		const stream = input.subarray(Math.min(2, input.length));
		let socket: ScriptedSocket | undefined;
		const errors: (Error | undefined)[] = [];
		let got = "";
		let isOpen = false;
		const io = class extends ScriptedSocket {
			constructor(options: TCPOptions) {
				super(options);
				socket = this;
			}
		};
		const client = new WebSocket({
			address: "192.0.2.1",
			port: 80,
			host: "h",
			path: "/mqtt",
			protocol: "mqtt",
			socket: { io },
			random: () => 0,
			sha1,
			onWritable: () => {
				isOpen = true;
			},
			onReadable: () => {
				for (let piece = client.read(1 + size); piece !== undefined; piece = client.read(1 + size)) {
					demand(piece.byteLength > 0 && piece.byteLength <= 1 + size, "reads nothing, or too much");
					got += latin1(new Uint8Array(piece));
				}
			},
			onError: (error) => errors.push(error),
		});
		const far = socket as unknown as ScriptedSocket;
		far.options.onWritable?.call(far, ROOM);
		const request = far.sent.splice(0).length;
		demand(request > 0, "asks for nothing");
		for (let at = 0; at < stream.length; at += 1 + cut) far.arrive(stream.subarray(at, at + 1 + cut));
		// It tells of the end later.
		await Promise.resolve();
		await Promise.resolve();
		demand(
			errors.length <= 1 && (errors.length === 1) === far.isClosed,
			"fails more than once, or tells nobody",
		);
		const frames = clientFrames(joined(far.sent));
		if (!isOpen) {
			demand(got === "" && frames.length === 0, "reads or writes before it is open");
			return errors.length === 0 ? "opening" : "refused";
		}
		checkOpen(stream, got, frames);
		client.close();
		demand(far.isClosed, "leaves its socket open");
		return errors.length === 0 ? "open" : "failed";
	},
};

/** What came is what RFC 6455 reads, and pings and the end were answered. */
function checkOpen(stream: Uint8Array, got: string, frames: readonly [number, Uint8Array][]): void {
	const end = endOfAnswer(stream);
	demand(end > 0, "opens without an answer");
	const lines = referenceFrames(stream.subarray(end));
	const data = lines.flatMap((line) => (line.startsWith("data ") ? [line.slice(5)] : [])).join("");
	demand(got === data, "reads other bytes than came");
	const isOver = /^(?:close|malformed) /.test(lines.at(-1) ?? "");
	demand(frames.filter(([opcode]) => opcode === 8).length === (isOver ? 1 : 0), "says goodbye, or does not");
	const pings = lines.filter((line) => line.startsWith("ping ")).length;
	demand(frames.filter(([opcode]) => opcode === 10).length === pings, "another number of pongs than pings");
}
