import { urlOf } from "../broker/listen.js";
import { jsonLine, type SourcedEvent } from "./events.js";

export interface OutputOptions {
	/** One JSON object a line instead of readable lines. */
	readonly json: boolean;
	/** Begin each readable line with its source: for several in one terminal. */
	readonly prefixed: boolean;
	/** … and with the device that it is about: where there is more than one. */
	readonly named?: boolean;
}

/** Events go to standard output, the log to standard error. */
export class Output {
	readonly #options: OutputOptions;
	readonly #listeners: ((event: SourcedEvent) => void)[] = [];

	constructor(options: OutputOptions) {
		this.#options = options;
	}

	/** Has each event heard as well, after it was printed. */
	listen(listener: (event: SourcedEvent) => void): void {
		this.#listeners.push(listener);
	}

	/** @param words what people read of it, where that is not what its fields say */
	event(sourced: SourcedEvent, words?: string): void {
		this.#print(sourced, words);
		for (const listener of this.#listeners) listener(sourced);
	}

	#print(sourced: SourcedEvent, words?: string): void {
		if (this.#options.json) {
			process.stdout.write(`${jsonLine(sourced)}\n`);
			return;
		}
		const line = words ?? describe(sourced);
		if (line === undefined) return;
		process.stdout.write(`${this.#prefix(sourced)}${printable(line)}\n`);
	}

	#prefix(sourced: SourcedEvent): string {
		const { prefixed, named } = this.#options;
		// The address stands alone: it is what one looks for.
		if (!prefixed || sourced.source === "page") return "";
		const device = named && "device" in sourced ? ` ${sourced.device}` : "";
		return `${sourced.source.padEnd(6)}${device} | `;
	}

	/** A line for people, never part of the events. */
	log(line: string): void {
		process.stderr.write(`${printable(line)}\n`);
	}
}

/** An event in the lesson's words, where it has them; `undefined` for what only programs want to know. */
function describe(sourced: SourcedEvent): string | undefined {
	switch (sourced.event) {
		case "link":
			return describeLink(sourced.state, sourced.reason, sourced.delay);
		case "telemetry":
			return `Sending telemetry ${JSON.stringify(sourced.payload)}`;
		case "command":
			return `Message received: ${JSON.stringify(sourced.payload)}`;
		case "led":
			return sourced.on ? "LED on" : "LED off";
		case "received":
			return `Message received: ${JSON.stringify(sourced.payload)}`;
		case "sent":
			return `Sending message: ${JSON.stringify(sourced.payload)}`;
		case "refused":
			return describeRefusal(sourced);
		case "message":
			return describeMessage(sourced);
		case "storage":
			return `Storage failed, going on without what it should keep: ${sourced.reason}`;
		case "listening":
			return `Listening on ${urlOf(sourced.host, sourced.port, sourced.protocol)}`;
		case "rejected":
			return `Closed the connection from ${sourced.address}: ${sourced.reason}`;
		case "page":
			return `Page: ${sourced.url}`;
		case "connected":
		case "disconnected":
			return undefined;
	}
}

/** What was not taken: by the device or the server from others, or by the broker from the device. */
function describeRefusal({
	code,
	topic,
	reason,
	payload,
}: Extract<SourcedEvent, { event: "refused" }>): string {
	const shown = payload === "" ? "" : ` ${JSON.stringify(payload)}`;
	switch (code) {
		case "subscription-refused":
			return `The broker refuses the subscription to ${topic}: no message will come on it; may this user read it?`;
		case "given-up":
		case "session-ended":
			return `Gave up a message on ${topic}: ${reason}${shown}`;
		default:
			return `Refused a message on ${topic}: ${reason}${shown}`;
	}
}

/** How much of a payload a line shows, in characters. */
const EXCERPT = 200;

/** A message in a line: its packet's type, QoS and flags, its topic, its payload. */
function describeMessage(message: Extract<SourcedEvent, { event: "message" }>): string {
	const { type, qos, retain, dup, topic, bytes, encoding, payload } = message;
	const flags = `${retain ? " retain" : ""}${dup ? " dup" : ""}`;
	const shown = payload.length > EXCERPT ? `${payload.slice(0, EXCERPT)}…` : payload;
	const body = encoding === "hex" ? `0x${shown}` : shown;
	return `${type.toUpperCase()} QoS ${qos}${flags}  ${topic}  ${bytes === 0 ? "(empty)" : body}`;
}

function describeLink(state: string, reason: string | undefined, delay: number | undefined): string {
	const why = reason === undefined ? "" : `: ${reason}`;
	const next = delay === undefined ? "" : `; next try in ${(delay / 1000).toFixed(1)} s`;
	return `Link ${state}${why}${next}`;
}

/** A line without what could steer a terminal: it may hold a stranger's text. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, "\ufffd");
