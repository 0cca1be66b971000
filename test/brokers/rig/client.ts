import { Transport, type TransportListener } from "../../../firmware/connectivity/transport.js";
import type { Output } from "../../../firmware/mqtt/output.js";
import type { ConnectOptions, Message, QoS } from "../../../firmware/mqtt/packet.js";
import { Session } from "../../../firmware/mqtt/session.js";
import { readUtf8 } from "../../../firmware/mqtt/utf8.js";
import { TCP } from "../../../host-sim/io/tcp.js";
import { eventually } from "./eventually.js";
import type { Arrived } from "./observer.js";

const LIMITS = Object.freeze({
	receiveBuffer: 4096,
	inFlight: 8,
	maximumPacket: 262_144,
	attempts: 0,
	responseTimeout: 5000,
});

/** The firmware's MQTT session on a real socket, one step at a time; it connects when it is told to. */
export class Client implements TransportListener {
	/** The application messages that arrived. */
	readonly messages: Arrived[] = [];
	/** Called with each message, before it is acknowledged. */
	onMessage: () => void = () => {};
	/** Why the connection ended, if it did. */
	ended: string | undefined;
	readonly #port: number;
	readonly #session: Session;
	readonly #outputs: Output[] = [];
	#transport: Transport | undefined;

	constructor(port: number, connect: Pick<ConnectOptions, "clientId"> & Partial<ConnectOptions>) {
		this.#port = port;
		this.#session = new Session({
			...LIMITS,
			connect: { cleanSession: true, keepAlive: 60_000, ...connect },
		});
	}

	/** Connects; whether the broker says that it has a session. */
	async connect(): Promise<boolean> {
		this.ended = undefined;
		const from = this.#outputs.length;
		const socket = { io: TCP };
		this.#transport = new Transport({ socket, address: "127.0.0.1", port: this.#port, readSize: 4096 }, this);
		const output = await this.#next("connected", from);
		if (output === undefined) throw new Error(`no connection: ${this.ended}`);
		return output.sessionPresent;
	}

	/** Publishes; whether the broker acknowledged it, at once true with QoS 0. */
	async publish(message: Message): Promise<boolean> {
		const from = this.#outputs.length;
		const id = this.#session.publish(message, performance.now());
		if (id === undefined) throw new Error("the session takes no message");
		this.#pump();
		return id === 0 || (await this.#next("acknowledged", from)) !== undefined;
	}

	/** Subscribes; the return code of the broker, `undefined` when it closed instead. */
	async subscribe(filter: string, qos: QoS): Promise<number | undefined> {
		const from = this.#outputs.length;
		this.#session.subscribe([{ filter, qos }], performance.now());
		this.#pump();
		return (await this.#next("subscribed", from))?.returnCodes[0];
	}

	/** Gives a subscription up; whether the broker has confirmed it. */
	async unsubscribe(filter: string): Promise<boolean> {
		const from = this.#outputs.length;
		this.#session.unsubscribe([filter], performance.now());
		this.#pump();
		return (await this.#next("unsubscribed", from)) !== undefined;
	}

	/** The first message with this payload. */
	heard(payload: string): Promise<Arrived> {
		return eventually(`"${payload}", having heard ${JSON.stringify(this.payloads)}`, () =>
			this.messages.find((message) => message.payload === payload),
		);
	}

	get payloads(): readonly string[] {
		return this.messages.map(({ payload }) => payload);
	}

	/** Goes with DISCONNECT. */
	disconnect(): void {
		this.#session.disconnect();
		this.#pump();
	}

	/** Goes without a word. */
	cut(): void {
		this.#end("cut");
	}

	onProgress(progress: "connected" | "opened"): void {
		if (progress === "connected") return;
		this.#session.connect(performance.now());
		this.#pump();
	}

	onReady(): void {
		this.#pump();
	}

	onLost(_code: string, reason: string): void {
		this.#end(reason);
	}

	/** The next output of a kind; `undefined` when the connection ends instead. */
	async #next<Kind extends Output["kind"]>(
		kind: Kind,
		from: number,
	): Promise<Extract<Output, { kind: Kind }> | undefined> {
		const isIt = (output: Output): output is Extract<Output, { kind: Kind }> => output.kind === kind;
		const found = () => this.#outputs.slice(from).find(isIt);
		await eventually(kind, () => found() !== undefined || this.ended !== undefined);
		return found();
	}

	#pump(): void {
		for (;;) {
			const transport = this.#transport;
			if (transport === undefined || !transport.flush()) return;
			const output = this.#session.next();
			if (output !== undefined) {
				this.#perform(output, transport);
				continue;
			}
			const bytes = transport.read();
			if (bytes === undefined) return;
			this.#session.receive(bytes, performance.now());
		}
	}

	#perform(output: Output, transport: Transport): void {
		if (output.kind === "transmit") return transport.send(output.bytes);
		this.#outputs.push(output);
		if (output.kind === "closed") this.#end(output.reason ?? "disconnected");
		if (output.kind !== "publish") return;
		const { topic, qos, retain } = output;
		this.messages.push({ topic, payload: readUtf8(output.payload) ?? "", qos, retain });
		this.onMessage();
	}

	#end(reason: string): void {
		this.ended = reason;
		this.#transport?.close();
		this.#transport = undefined;
		this.#session.lost();
	}
}
