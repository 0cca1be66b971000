import type { AccessPoint } from "../../../host-sim/co-processor/access-point.js";
import { CoProcessor, type CoProcessorOptions } from "../../../host-sim/co-processor/chip.js";
import type { DatagramListener, Stack, TcpEvents } from "../../../host-sim/co-processor/stack.js";
import { VirtualClock } from "../../support/virtual/clock.js";
import { seededRandom } from "../../support/virtual/random.js";

export const HOME: AccessPoint = {
	ssid: "home",
	password: "password",
	rssi: -55,
	channel: 6,
	dhcp: { address: "192.168.1.50", mask: "255.255.255.0", gateway: "192.168.1.1" },
};
export const CAFE: AccessPoint = { ssid: "café", rssi: -80, channel: 36, dhcp: undefined };

export const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(/[\s|]/g, ""), "hex");
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** eRPC's values, written here once more. */
export const u8 = (value: number): Buffer => Buffer.of(value);
export const u16 = (value: number): Buffer => Buffer.of(value & 0xff, value >> 8);
export const i32 = (value: number): Buffer => {
	const bytes = Buffer.alloc(4);
	bytes.writeInt32LE(value | 0);
	return bytes;
};
export const binary = (bytes: Uint8Array | string): Buffer => {
	const value = Buffer.from(bytes as string);
	return Buffer.concat([i32(value.length), value]);
};
export const sockaddr = (address: string, port: number): Buffer =>
	Buffer.from([16, 2, port >> 8, port & 0xff, ...address.split(".").map(Number), 0, 0, 0, 0, 0, 0, 0, 0]);

function crc(bytes: Uint8Array): number {
	let value = 0xef4a;
	for (const byte of bytes) {
		for (let mask = 0x80; mask > 0; mask >>= 1) {
			const top = (value & 0x8000) !== 0;
			value = (value << 1) & 0xffff;
			if (top !== ((byte & mask) !== 0)) value ^= 0x1021;
		}
	}
	return value;
}

export const framed = (payload: Uint8Array): Buffer =>
	Buffer.concat([u16(payload.length), u16(crc(payload)), payload]);

/** A message that the chip sent. */
export interface Message {
	readonly type: number;
	readonly service: number;
	readonly request: number;
	readonly sequence: number;
	readonly values: Buffer;
}

/** A network that does what a test says. */
export class TestStack implements Stack {
	readonly connections: {
		readonly to: string;
		readonly events: TcpEvents;
		readonly sent: Uint8Array[];
		readonly done: string[];
	}[] = [];
	readonly datagrams: { readonly bytes: Uint8Array; readonly to: string }[] = [];
	listener: DatagramListener = () => {};
	names: Record<string, string> = {};
	readonly #clock: VirtualClock;

	constructor(clock: VirtualClock) {
		this.#clock = clock;
	}

	connect(address: string, port: number, events: TcpEvents) {
		const connection = { to: `${address}:${port}`, events, sent: [] as Uint8Array[], done: [] as string[] };
		this.connections.push(connection);
		const doing = (what: string) => () => void connection.done.push(what);
		return {
			send: (bytes: Uint8Array) => void connection.sent.push(bytes),
			pause: doing("pause"),
			resume: doing("resume"),
			close: doing("close"),
			vanish: doing("vanish"),
		};
	}

	openUdp(listener: DatagramListener) {
		this.listener = listener;
		return {
			send: (bytes: Uint8Array, address: string, port: number) =>
				void this.datagrams.push({ bytes, to: `${address}:${port}` }),
			close: () => {},
		};
	}

	lookup(name: string, done: (address: string | undefined) => void): void {
		this.#clock.post(() => done(this.names[name]), 20);
	}
}

/** A chip in virtual time with a host that calls it. */
export class Bench {
	readonly clock = new VirtualClock();
	readonly stack = new TestStack(this.clock);
	readonly chip: CoProcessor;
	/** All that the chip has sent, and not been read. */
	#stream = Buffer.alloc(0);
	readonly messages: Message[] = [];
	#sequence = 0;

	constructor(options: Partial<CoProcessorOptions> = {}) {
		this.chip = new CoProcessor({
			timer: this.clock,
			now: () => this.clock.now(),
			random: seededRandom(1),
			stack: this.stack,
			accessPoints: [HOME, CAFE],
			...options,
		});
		this.chip.onSend = (bytes) => this.#arrived(bytes);
	}

	/** A bench whose chip has started. */
	static started(options: Partial<CoProcessorOptions> = {}): Bench {
		const bench = new Bench(options);
		bench.chip.setPower(1);
		bench.clock.advance(300);
		return bench;
	}

	/** A bench whose chip has an address. */
	static online(options: Partial<CoProcessorOptions> = {}): Bench {
		const bench = Bench.started(options);
		bench.call(14, 27, i32(1));
		bench.join();
		bench.call(15, 13, i32(0));
		bench.messages.length = 0;
		return bench;
	}

	/** Sends frames as they are. */
	send(...frames: Uint8Array[]): void {
		for (const frame of frames) this.chip.receive(frame, this.chip.baud);
	}

	/** Sends an invocation; its sequence number. */
	invoke(service: number, request: number, ...values: Buffer[]): number {
		this.#sequence++;
		this.send(framed(Buffer.concat([Buffer.of(0, request, service, 1), i32(this.#sequence), ...values])));
		return this.#sequence;
	}

	/** The reply to an invocation within `limit` milliseconds, if there is one: its values. */
	tryCall(service: number, request: number, values: Buffer[], limit = 30_000): Buffer | undefined {
		const sequence = this.invoke(service, request, ...values);
		for (let waited = 0; waited < limit; waited++) {
			this.clock.advance(1);
			const reply = this.messages.find((one) => one.type === 2 && one.sequence === sequence);
			if (reply === undefined) continue;
			if (reply.service !== service || reply.request !== request) throw new Error("a reply of another call");
			return reply.values;
		}
		return undefined;
	}

	/** The reply's values. @throws Error when there is none */
	call(service: number, request: number, ...values: Buffer[]): Buffer {
		const reply = this.tryCall(service, request, values);
		if (reply === undefined) throw new Error(`no reply to ${service}/${request}`);
		return reply;
	}

	/** The result of a call that has no out-parameters. */
	result(service: number, request: number, ...values: Buffer[]): number {
		return this.call(service, request, ...values).readInt32LE();
	}

	/** Joins an access point; the driver's result. */
	join(ssid = "home", password = "password", security = 0x00400004): number {
		return this.result(14, 1, binary(ssid), u8(0), binary(password), i32(security), i32(-1), i32(0));
	}

	/** The ids of the events that have come. */
	get events(): number[] {
		return this.messages
			.filter(({ type, request }) => type === 1 && request === 1)
			.map(({ values }) => values.readUInt32LE(4));
	}

	#arrived(bytes: Uint8Array): void {
		this.#stream = Buffer.concat([this.#stream, bytes]);
		for (;;) {
			if (this.#stream.length < 4) return;
			const length = this.#stream.readUInt16LE();
			if (this.#stream.length < 4 + length) return;
			const payload = this.#stream.subarray(4, 4 + length);
			if (this.#stream.readUInt16LE(2) !== crc(payload)) throw new Error("a frame with a wrong checksum");
			this.#stream = this.#stream.subarray(4 + length);
			const [type = 0, request = 0, service = 0] = payload;
			const values = payload.subarray(8);
			this.messages.push({ type, service, request, sequence: payload.readUInt32LE(4), values });
		}
	}
}
