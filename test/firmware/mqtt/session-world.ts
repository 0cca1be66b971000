import type { ISubscribePacket, Packet } from "mqtt-packet";
import { expect } from "vitest";
import type { Output, SessionRecord } from "../../../firmware/mqtt/output.js";
import type { QoS } from "../../../firmware/mqtt/packet.js";
import { Session } from "../../../firmware/mqtt/session.js";
import { ReferenceBroker } from "./reference-broker.js";
import { concat, outputLine, parsed } from "./support.js";

const IN_FLIGHT = 3;
const RECEIVE_BUFFER = 40;

/** What happens next. */
export interface Step {
	readonly kind:
		| "publish"
		| "subscribe"
		| "pump"
		| "up"
		| "down"
		| "command"
		| "wait"
		| "lose"
		| "crash"
		| "connect"
		| "forget"
		| "disconnect";
	readonly amount: number;
	readonly qos: QoS;
}

/** A session with its storage and program, a network of bytes, and a broker: what must hold is checked as it goes. */
export class World {
	readonly #clean: boolean;
	readonly #broker = new ReferenceBroker();
	/** What is on the disk: by order, the packet. */
	readonly #disk = new Map<number, Uint8Array>();
	/** By order, the payloads of the messages that were ever on the disk. */
	readonly #payloads = new Map<number, string>();
	/** Payloads with QoS 1 and 2 between `publish` and `acknowledged`, by packet id, oldest first. */
	readonly #inFlight = new Map<number, string>();
	/** Payloads that must reach the broker, come what may: those that reached the disk. */
	readonly #promised = new Set<string>();
	readonly #subscribing = new Set<number>();
	/** Packet ids of messages told to the program, and not yet acknowledged. */
	#owed: number[] = [];
	/** Packet ids to be sent again before anything else. */
	#repeats: number[] = [];
	/** Payloads with QoS 2 that the program got, and the one that is not noted on the disk yet. */
	readonly #exact = new Set<string>();
	#unnoted: string | undefined;
	/** Payloads with QoS 1 and 2 that the program got. */
	readonly #got = new Set<string>();
	readonly #commands = new Set<string>();
	#up: Uint8Array = new Uint8Array(0);
	#session: Session;
	#linked = false;
	#first = false;
	#now: number;
	#count = 0;

	constructor(clean: boolean, start: number) {
		this.#clean = clean;
		this.#now = start;
		this.#session = this.#start();
	}

	#start(): Session {
		return new Session({
			connect: { clientId: "lamp", cleanSession: this.#clean, keepAlive: 10_000 },
			...{ receiveBuffer: RECEIVE_BUFFER, pieces: true },
			inFlight: IN_FLIGHT,
			maximumPacket: 1000,
			attempts: 0,
			responseTimeout: 2000,
			records: Array.from(this.#disk, ([order, packet]) => ({ order, packet: packet.slice() })),
		});
	}

	do({ kind, amount, qos }: Step): void {
		switch (kind) {
			case "publish":
				return this.#publish(qos);
			case "subscribe":
				if (this.#session.isConnected) this.#session.subscribe([{ filter: "lamp/#", qos }], this.#now);
				return;
			case "pump":
				return this.#pump(amount % 4);
			case "up":
				return this.#flowUp(amount);
			case "down":
				return this.#flowDown(amount);
			case "command":
				return this.#command(qos, amount);
			case "wait":
				this.#now += amount * 40;
				return this.#session.tick(this.#now);
			case "lose":
				return this.#lose();
			case "crash":
				return this.#crash();
			case "connect":
				return this.#connect();
			case "forget":
				if (this.#linked) return;
				this.#commands.clear();
				return this.#broker.forget();
			case "disconnect":
				return this.#session.disconnect();
		}
	}

	/** Everything works from here on: what is promised must arrive. */
	heal(): void {
		if (!this.#session.isConnected) this.#lose();
		this.#connect();
		this.#settle();
		expect(this.#session.isConnected).toBe(true);
		expect([...this.#inFlight]).toEqual([]);
		expect([...this.#disk.keys()]).toEqual([]);
		expect(this.#broker.unacknowledged).toBe(0);
		const { received } = this.#broker;
		for (const payload of this.#promised) expect(received).toContain(payload);
		// In the order in which they were published [MQTT-4.6.0-1].
		const numbers = received.map(Number);
		expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
		for (const command of this.#commands) expect(this.#got).toContain(command);
		// The window is as wide as ever.
		for (let count = 0; count < IN_FLIGHT; count++) this.#publish(1);
		expect(this.#inFlight.size).toBe(IN_FLIGHT);
		this.#settle();
		expect(this.#inFlight.size).toBe(0);
	}

	#settle(): void {
		for (let round = 0; round < 100; round++) {
			this.#pump();
			if (this.#up.length + this.#broker.down.length === 0) return;
			this.#flowUp(this.#up.length);
			this.#flowDown(this.#broker.down.length);
		}
		throw new Error("no end of it");
	}

	#publish(qos: QoS): void {
		const payload = `${++this.#count}`;
		const { isConnected } = this.#session;
		const id = this.#session.publish({ topic: "lamp", payload, qos, retain: false }, this.#now);
		if (id === undefined) return;
		expect(isConnected).toBe(true);
		if (qos === 0) return expect(id).toBe(0);
		expect(id).toBeGreaterThan(0);
		expect(this.#inFlight.has(id) || this.#subscribing.has(id)).toBe(false);
		this.#inFlight.set(id, payload);
		expect(this.#inFlight.size).toBeLessThanOrEqual(IN_FLIGHT);
	}

	#command(qos: QoS, amount: number): void {
		const payload = `command ${++this.#count}`.padEnd(amount % 3 === 0 ? 60 : 0);
		if (qos > 0 && !this.#clean && this.#broker.isConnected) this.#commands.add(payload);
		if (this.#broker.isConnected) this.#broker.publish("lamp/led", payload, qos);
	}

	/** Does what the session wants done, at most so much of it: the network may be slow. */
	#pump(limit = Number.POSITIVE_INFINITY): void {
		for (let count = 0; count < limit; count++) {
			const output = this.#session.next();
			if (output === undefined) return;
			this.#perform(output);
			if (output.kind !== "closed") continue;
			expect(this.#session.next()).toBeUndefined();
			return this.#lose();
		}
	}

	#perform(output: Output): void {
		switch (output.kind) {
			case "transmit":
				return this.#transmit(output.bytes);
			case "store":
				return this.#store(output.record);
			case "discard": {
				expect(this.#disk.delete(output.order)).toBe(true);
				const payload = this.#payloads.get(output.order);
				if (payload !== undefined) expect(this.#broker.received).toContain(payload);
				return;
			}
			case "connected":
				this.#broker.known();
				this.#repeats = [...this.#inFlight.keys()];
				return;
			case "undeliverable":
				expect(this.#clean && this.#inFlight.delete(output.message.id)).toBe(true);
				return;
			case "acknowledged":
				expect(this.#broker.received).toContain(this.#inFlight.get(output.id));
				this.#inFlight.delete(output.id);
				return;
			case "publish":
			case "oversize":
				return this.#receive(output);
			case "piece":
				return this.#proceed(output, output.remaining);
			case "subscribed":
				return;
			case "closed":
				return expect(output.reason ?? "").toMatch(
					/^(?:|no CONNACK .*|no (?:SUBACK|PUBACK|PUBREC|PUBCOMP) .*|no PINGRESP in time)$/,
				);
		}
	}

	#store({ order, packet }: SessionRecord): void {
		expect(this.#clean).toBe(false);
		const [read] = parsed(packet) as [Packet];
		expect(this.#disk.has(order)).toBe(false);
		this.#disk.set(order, packet.slice());
		if (read.cmd === "pubrec") this.#unnoted = undefined;
		if (read.cmd === "publish") {
			this.#payloads.set(order, read.payload.toString());
			this.#promised.add(read.payload.toString());
		}
		if (read.cmd !== "pubrel") return;
		// It is repeated behind what was sent before the PUBREC came [MQTT-4.6.0-4].
		const id = read.messageId as number;
		const payload = this.#inFlight.get(id) as string;
		this.#payloads.set(order, payload);
		this.#inFlight.delete(id);
		this.#inFlight.set(id, payload);
	}

	/** Whether the disk holds a packet of this kind with this id. */
	#keeps(cmd: Packet["cmd"], id: number | undefined): boolean {
		const packets = [...this.#disk.values()].flatMap(parsed);
		return packets.some((packet) => packet.cmd === cmd && packet.messageId === id);
	}

	#transmit(bytes: Uint8Array): void {
		expect(this.#linked).toBe(true);
		const [packet] = parsed(bytes);
		expect(packet?.cmd === "connect").toBe(this.#first);
		this.#first = false;
		this.#up = concat(this.#up, bytes);
		const repeat = this.#repeats.shift();
		if (repeat !== undefined)
			expect(outputLine({ kind: "transmit", bytes })).toMatch(
				new RegExp(`^> (?:publish ${repeat} dup |pubrel ${repeat}$)`),
			);
		if (packet?.cmd === "puback") expect(packet.messageId).toBe(this.#owed.shift());
		// PUBREC for a repetition answers what the program got earlier: nothing is owed then.
		if (packet?.cmd === "pubrec" && this.#owed.length > 0) expect(packet.messageId).toBe(this.#owed.shift());
		if (packet?.cmd === "pubrec" || packet?.cmd === "pubrel") {
			expect(this.#keeps(packet.cmd, packet.messageId)).toBe(!this.#clean);
		}
		if (packet?.cmd === "pubcomp") expect(this.#keeps("pubrec", packet.messageId)).toBe(false);
		if (packet?.cmd === "subscribe") this.#subscribe(packet);
		if (packet?.cmd === "publish" && packet.qos > 0) {
			expect(packet.dup).toBe(repeat !== undefined);
			expect(this.#inFlight.get(packet.messageId as number)).toBe(packet.payload.toString());
			if (!this.#clean) expect(this.#keeps("publish", packet.messageId)).toBe(true);
		}
	}

	#subscribe({ messageId }: ISubscribePacket): void {
		const id = messageId as number;
		expect(this.#inFlight.has(id) || this.#subscribing.has(id)).toBe(false);
		this.#subscribing.add(id);
	}

	#receive(output: Extract<Output, { kind: "publish" | "oversize" }>): void {
		// What the broker has sent on this connection comes in order, each once, nothing left out.
		// But with QoS 2: what the program has got is not told again.
		const told = this.#exact;
		const at = this.#broker.sent.findIndex(({ qos, payload }) => qos < 2 || !told.has(payload));
		const [message] = this.#broker.sent.splice(0, at + 1).slice(at);
		const sent = message?.payload;
		expect(output.qos).toBe(message?.qos);
		this.#rest = sent ?? "";
		if (output.kind === "publish") this.#proceed(output, 0);
		else this.#proceed(output, output.length - output.payload.length);
		expect(output.kind === "oversize").toBe(
			(sent?.length ?? 0) + 10 + (output.qos > 0 ? 2 : 0) > RECEIVE_BUFFER,
		);
		// All before are acknowledged by now [MQTT-4.6.0-2].
		expect(this.#owed).toEqual([]);
		if (output.qos === 0) return;
		this.#owed.push(output.id);
		this.#got.add(sent as string);
		if (output.qos === 1 || this.#clean) return;
		this.#exact.add(sent as string);
		this.#unnoted = sent;
	}

	/** What of the message is still to come, as the broker sent it. */
	#rest = "";

	#proceed({ payload }: { payload: Uint8Array }, remaining: number): void {
		expect(Buffer.from(payload).toString()).toBe(this.#rest.slice(0, payload.length));
		this.#rest = this.#rest.slice(payload.length);
		expect(this.#rest).toHaveLength(remaining);
	}

	#flowUp(amount: number): void {
		const bytes = this.#up.subarray(0, amount);
		this.#up = this.#up.subarray(amount);
		this.#broker.receive(bytes);
	}

	#flowDown(amount: number): void {
		this.#pump();
		if (!this.#linked) return;
		const bytes = this.#broker.down.subarray(0, amount);
		this.#broker.down = this.#broker.down.subarray(amount);
		this.#session.receive(bytes, this.#now);
		this.#pump();
	}

	#connect(): void {
		this.#pump();
		if (this.#linked) return;
		this.#linked = true;
		this.#first = true;
		this.#broker.open();
		if (this.#clean) this.#inFlight.clear();
		this.#session.connect(this.#now);
	}

	/** The network connection breaks, whoever did it. */
	#lose(): void {
		this.#linked = false;
		this.#cut();
		this.#session.lost();
		expect(this.#session.isConnected).toBe(false);
		expect(this.#session.timeout(this.#now)).toBeUndefined();
		expect(this.#session.publish({ topic: "a", payload: "", qos: 0, retain: false }, 0)).toBeUndefined();
		this.#pump();
	}

	#cut(): void {
		this.#broker.close();
		this.#up = new Uint8Array(0);
		this.#owed = [];
		this.#repeats = [];
		this.#subscribing.clear();
	}

	/** Power fails: what is on the disk is all there is. */
	#crash(): void {
		this.#linked = false;
		this.#cut();
		// A message that was told but not noted comes again: the program must bear that.
		if (this.#unnoted !== undefined) this.#exact.delete(this.#unnoted);
		this.#unnoted = undefined;
		this.#inFlight.clear();
		for (const [order, packet] of this.#disk) {
			const payload = this.#payloads.get(order);
			if (payload !== undefined) this.#inFlight.set(parsed(packet)[0]?.messageId as number, payload);
		}
		this.#session = this.#start();
	}
}
