import type { Method, Services } from "./calls/method.js";
import type { RadioFaults } from "./faults.js";
import { FrameReader, frameOf, MAX_PAYLOAD } from "./frames.js";
import { MESSAGE_HEADER, type MessageHeader, messageOf, readMessage, TYPE } from "./message.js";
import type { Statistics } from "./statistics.js";
import { Malformed, type ValueReader, type ValueWriter } from "./values.js";

/** Bytes that the chip keeps while its server task is busy; there is no flow control, so further ones are lost. */
export const RECEIVE_RING = 4096;

/** What the server has around it. */
export interface ServerParts {
	readonly services: Services;
	readonly faults: RadioFaults;
	readonly statistics: Statistics;
	/** Sends a frame to the host. */
	readonly send: (frame: Uint8Array) => void;
	/** A call has made the chip reset itself. */
	readonly onReset: () => void;
}

/**
 * The chip's eRPC server: one task, which takes a call when the one before has ended. What comes meanwhile
 * waits in the ring. What is wrong with a call is not told to the host: there is no reply.
 */
export class Server {
	readonly #parts: ServerParts;
	readonly #reader: FrameReader;
	#ring = new Uint8Array(0);
	#isBusy = false;
	#hasEnded = false;
	/** Of the server's own messages; the host's have another. */
	#sequence = 0;

	constructor(parts: ServerParts) {
		this.#parts = parts;
		const { statistics } = parts;
		this.#reader = new FrameReader(
			(payload) => this.#take(payload),
			(fault) => {
				if (fault === "too-long") statistics.tooLong++;
				else statistics.wrongChecksum++;
			},
		);
	}

	/** Bytes of the host. */
	receive(bytes: Uint8Array): void {
		let at = 0;
		while (at < bytes.length && this.#isReading) this.#reader.push(bytes[at++] as number);
		const room = RECEIVE_RING - this.#ring.length;
		const rest = bytes.length - at;
		if (rest === 0 || this.#hasEnded) return;
		const kept = bytes.subarray(at, at + room);
		const ring = new Uint8Array(this.#ring.length + kept.length);
		ring.set(this.#ring);
		ring.set(kept, this.#ring.length);
		this.#ring = ring;
		this.#parts.statistics.overrun += rest - kept.length;
	}

	/** Sends a message that no reply follows, whatever the server does. */
	notify(service: number, request: number, values: ValueWriter): void {
		if (this.#hasEnded) return;
		this.#sequence++;
		this.#send({ type: TYPE.oneWay, service, request, sequence: this.#sequence }, values.bytes);
	}

	/** Ends it: nothing is taken or sent any more. */
	end(): void {
		this.#hasEnded = true;
		this.#ring = new Uint8Array(0);
	}

	get #isReading(): boolean {
		return !this.#isBusy && !this.#hasEnded;
	}

	#take(payload: Uint8Array): void {
		const { statistics } = this.#parts;
		try {
			const { header, values } = readMessage(payload);
			if (header.type === TYPE.invocation || header.type === TYPE.oneWay) this.#call(header, values);
			else statistics.noCall++;
		} catch (error) {
			if (!(error instanceof Malformed)) throw error;
			statistics.malformed++;
			this.#isBusy = false;
		}
	}

	#call(header: MessageHeader, values: ValueReader): void {
		const { services, statistics, faults, onReset } = this.#parts;
		const { service, request } = header;
		const method: Method | undefined = services.get(service)?.get(request);
		if (method === undefined) {
			statistics.unknown++;
			return;
		}
		statistics.calls++;
		this.#isBusy = true;
		const fault = faults.ofCall(service, request);
		if (fault === "hang") return;
		if (fault === "reset") {
			onReset();
			return;
		}
		method(values, (results) => this.#reply(header, results));
	}

	#reply(header: MessageHeader, results: ValueWriter | undefined): void {
		if (this.#hasEnded) return;
		const bytes = results?.bytes ?? new Uint8Array(0);
		if (MESSAGE_HEADER + bytes.length > MAX_PAYLOAD) this.#parts.statistics.replyTooLong++;
		else if (header.type === TYPE.invocation) {
			this.#parts.statistics.replies++;
			this.#send({ ...header, type: TYPE.reply }, bytes);
		}
		this.#isBusy = false;
		this.#continue();
	}

	/** Reads what has waited. */
	#continue(): void {
		while (this.#ring.length > 0 && this.#isReading) {
			const byte = this.#ring[0] as number;
			this.#ring = this.#ring.subarray(1);
			this.#reader.push(byte);
		}
	}

	#send(header: MessageHeader, values: Uint8Array): void {
		this.#parts.send(frameOf(messageOf(header, values)));
	}
}
