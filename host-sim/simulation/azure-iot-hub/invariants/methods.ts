import type { Packet } from "mqtt-packet";
import type { ReadMessage } from "../../network/message-reader.js";
import type { HubWorldEvent } from "../events.js";
import { type HubInvariant, type HubWorldView, Violation } from "./invariant.js";
import { Trouble } from "./trouble.js";

/** Milliseconds in which a call is answered over a connection that lives. */
const ANSWERED = 10_000;
/** Milliseconds in which a connection is found out that takes nothing more. */
const FOUND_OUT = 70_000;

const CALL = /^\$iothub\/methods\/POST\/([^/]+)\/\?\$rid=(.+)$/;
const ANSWER = /^\$iothub\/methods\/res\/(\d{3})\/\?\$rid=(.+)$/;

/** A call that a device has read. */
interface Call {
	readonly method: string;
	readonly body: string;
	readonly readAt: number;
	/** The number of the connection that it came over. */
	readonly connection: number;
	responses: number;
	answers: number;
}

/** What one device has read of calls. */
class Calls {
	readonly byRid = new Map<string, Call>();
	/** Those that are not answered, by rid. */
	readonly open = new Set<string>();
	connection = 0;
	/** It was told to start again, and leaves. */
	isLeaving = false;
}

/** A call of a method that a device read is obeyed once at most, and answered once, as it says. */
export class Methods implements HubInvariant {
	readonly name = "a call of a method is answered once, and done once at most";
	readonly #devices = new Map<string, Calls>();
	readonly #trouble = new Trouble();
	readonly #ledOf: (device: string) => boolean;
	/** By device, calls that the hub gave up. */
	readonly #givenUp = new Set<string>();

	/** @param ledOf whether a device's LED is lit */
	constructor(ledOf: (device: string) => boolean) {
		this.#ledOf = ledOf;
	}

	onRead(readAt: number, device: string, { topic = "", payload = "" }: ReadMessage): void {
		const [, method, rid] = CALL.exec(topic) ?? [];
		if (method === undefined || rid === undefined) return;
		const calls = this.#callsOf(device);
		if (calls.byRid.has(rid)) this.#fail(device, `the call ${rid} came twice`);
		const { connection } = calls;
		calls.byRid.set(rid, { method, body: payload, readAt, connection, responses: 0, answers: 0 });
		if (!calls.isLeaving) calls.open.add(rid);
	}

	onSent(device: string, packet: Packet): void {
		const [, status, rid] = (packet.cmd === "publish" && ANSWER.exec(packet.topic)) || [];
		if (status === undefined || rid === undefined) return;
		const calls = this.#callsOf(device);
		const call = calls.byRid.get(rid);
		if (call === undefined) return this.#fail(device, `answers ${rid}, which nobody called`);
		if (++call.answers > 1) this.#fail(device, `answers ${rid} twice`);
		if (call.connection !== calls.connection) this.#fail(device, `answers ${rid} on another connection`);
		const wanted = statusOf(call);
		if (status !== wanted)
			this.#fail(device, `answers ${call.method} ${call.body} by ${status}, not ${wanted}`);
		if (call.method === "setLed" && status === "200" && this.#ledOf(device) !== (call.body === "true")) {
			this.#fail(device, `answers setLed ${call.body}, and its LED is not so`);
		}
		calls.open.delete(rid);
	}

	onEvent(time: number, event: HubWorldEvent): void {
		this.#trouble.see(time, event);
		if (event.source === "power") {
			const calls = this.#callsOf(event.device);
			calls.open.clear();
			calls.isLeaving = false;
		}
		if (event.source === "hub") {
			const { device, told } = event;
			if (told.event === "method-timeout") this.#givenUp.add(`${device} ${told.rid}`);
			if (told.event === "method-unknown" && !this.#givenUp.has(`${device} ${told.rid}`))
				this.#fail(device, `the hub got an answer to ${told.rid}, which it does not wait for`);
		}
		if (event.source !== "device") return;
		const { device } = event;
		const calls = this.#callsOf(device);
		if (event.event === "link") this.#ended(time, device, calls, event.state);
		if (event.event === "command" && event.payload.reboot === true) {
			calls.isLeaving = true;
			calls.open.clear();
		}
		if (event.event !== "response") return;
		const rid = event.id.slice(event.id.lastIndexOf("-") + 1);
		const call = calls.byRid.get(rid);
		if (call === undefined || event.id !== `${call.method}-${rid}`) return;
		if (++call.responses > 1) this.#fail(device, `does ${call.method} twice for the call ${rid}`);
	}

	check({ time }: HubWorldView): void {
		for (const [device, { open, byRid }] of this.#devices) {
			if (!this.#trouble.isQuiet(device, time, FOUND_OUT)) continue;
			for (const rid of open) {
				const { readAt = time, method } = byRid.get(rid) ?? {};
				if (time - readAt > ANSWERED) this.#fail(device, `has not answered ${method} ${rid}`);
			}
		}
	}

	/** The link of a device is in another state: its connection is over, unless it just began. */
	#ended(time: number, device: string, calls: Calls, state: string): void {
		if (state === "online") return;
		if (state === "handshaking") calls.connection++;
		const [rid] = calls.open;
		calls.open.clear();
		// Whoever leaves to renew a token answers first.
		if (rid === undefined || state !== "resolving" || !this.#trouble.isQuiet(device, time, ANSWERED)) return;
		this.#fail(device, `leaves a connection without answering ${rid}`);
	}

	#callsOf(device: string): Calls {
		const calls = this.#devices.get(device) ?? new Calls();
		this.#devices.set(device, calls);
		return calls;
	}

	#fail(device: string, message: string): never {
		throw new Violation(this.name, `${device}: ${message}`);
	}
}

/** The status that a call is to be answered with. */
function statusOf({ method, body }: Call): string {
	switch (method) {
		case "setLed":
			return body === "true" || body === "false" ? "200" : "400";
		case "configure":
			return body === '{"interval":5}' ? "400" : "200";
		case "sample":
		case "reboot":
			return "200";
		default:
			return "404";
	}
}
