import type { Timer, TimerId } from "../../../host.js";
import type { Network, NetworkUser } from "../../network/network.js";
import type { NameService } from "../../network/resolver.js";
import { ADDRESS_SIZE, IPV4, socketAddress } from "./address.js";
import type { Radio } from "./radio.js";
import type { Reply } from "./reply.js";
import { Request } from "./request.js";
import { Lwip, MSG_DONTWAIT, Service } from "./services.js";
import { type Nonce, readTime, timeRequest } from "./sntp-packet.js";

const DATAGRAM = 2;
const UDP_PROTOCOL = 17;
const PORT = 123;

/** Milliseconds for a call. */
const TIMEOUT = 2000;
/** Between two looks for the answer; and looks in all. */
const LOOK_INTERVAL = 50;
const LOOKS = 60;
/** Bytes of an answer that are read: the whole of one without extensions. */
const ANSWER_SIZE = 64;

/** What a time server's answer is for. */
export interface TimeOptions {
	readonly radio: Radio;
	readonly network: Network;
	readonly names: NameService;
	readonly timer: Timer;
	/** Milliseconds that only go forward. */
	readonly now: () => number;
	/** From 0 up to, not including, 1. */
	readonly random: () => number;
	/** A time server's name. */
	readonly server: string;
}

/**
 * One question to a time server (SNTP, RFC 4330) over a socket of its own.
 * `done` hears milliseconds since 1970, at the moment that it is called, or why there are none.
 */
export class TimeQuestion implements NetworkUser {
	readonly #options: TimeOptions;
	readonly #nonce: Nonce;
	#done: ((date: number | undefined, reason?: string) => void) | undefined;
	#socket = -1;
	#sentAt = 0;
	#looks = 0;
	#alarm: TimerId;

	constructor(options: TimeOptions, done: (date: number | undefined, reason?: string) => void) {
		this.#options = options;
		this.#done = done;
		const word = () => Math.floor(options.random() * 0x1_0000_0000);
		this.#nonce = [word(), word()];
		options.network.attach(this);
		options.names.resolve(options.server, (_, address) => {
			const to = address === undefined ? undefined : socketAddress(address, PORT);
			if (this.#done === undefined) return;
			if (to === undefined) return this.#end(undefined, `cannot resolve ${options.server}`);
			const request = new Request(Service.LWIP, Lwip.SOCKET, 12).int(IPV4).int(DATAGRAM).int(UDP_PROTOCOL);
			options.radio.call("socket", request, TIMEOUT, (reply) => this.#ask(reply.int(), to));
		});
	}

	#ask(socket: number, to: Uint8Array): void {
		this.#socket = socket;
		if (socket < 0) return this.#options.radio.onFault("the radio has no socket left");
		if (this.#done === undefined) return this.#release();
		const packet = timeRequest(this.#nonce);
		const request = this.#request(Lwip.SENDTO, 4 + packet.length + 4 + 4 + ADDRESS_SIZE + 4);
		request.binary(packet).int(0).binary(to).int(ADDRESS_SIZE);
		this.#sentAt = this.#options.now();
		this.#call("sendto", request, () => this.#look());
	}

	#look(): void {
		if (++this.#looks > LOOKS) return this.#end(undefined, `no answer of ${this.#options.server}`);
		const request = this.#request(Lwip.RECVFROM, 16)
			.int(ANSWER_SIZE)
			.int(MSG_DONTWAIT)
			.int(ADDRESS_SIZE)
			.int(0);
		this.#call("recvfrom", request, (reply) => {
			const packet = reply.binary();
			reply.binary();
			reply.int();
			const count = reply.int();
			if (count > 0) {
				const date = readTime(packet.subarray(0, count), this.#nonce);
				// What is not the answer, whoever sent it, ends nothing.
				if (typeof date === "number") return this.#end(date + ((this.#options.now() - this.#sentAt) >> 1));
				if (date !== undefined) return this.#end(undefined, date);
			}
			this.#alarm = this.#options.timer.set(() => this.#look(), LOOK_INTERVAL);
		});
	}

	networkLost(reason: string): void {
		this.#end(undefined, reason);
	}

	#request(method: number, size: number): Request {
		return new Request(Service.LWIP, method, 4 + size).int(this.#socket);
	}

	#call(what: string, request: Request, done: (reply: Reply) => void): void {
		this.#options.radio.call(what, request, TIMEOUT, (reply) => {
			if (this.#done !== undefined) done(reply);
		});
	}

	#end(date: number | undefined, reason?: string): void {
		const done = this.#done;
		if (done === undefined) return;
		this.#done = undefined;
		this.#options.network.detach(this);
		this.#options.timer.clear(this.#alarm);
		this.#release();
		done(date, reason);
	}

	#release(): void {
		if (this.#socket >= 0) this.#options.radio.call("close", this.#request(Lwip.CLOSE, 0), TIMEOUT, () => {});
		this.#socket = -1;
	}
}
