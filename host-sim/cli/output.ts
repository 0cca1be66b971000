import { urlOf } from "../broker/listen.js";
import type { LinkChange } from "../web/link-view.js";
import { jsonLine, type SourcedEvent } from "./events.js";
import { Live } from "./live.js";
import { printable } from "./printable.js";
import type { Hearsay } from "./tally.js";

export interface OutputOptions {
	/** One JSON object a line instead of readable lines. */
	readonly json: boolean;
	/** Begin each readable line with its source: for several in one terminal. */
	readonly prefixed: boolean;
	/** How many devices run in this process, 1 if left out: of several each line names its own. */
	readonly devices?: number;
	/** Show how things are at the bottom of the terminal, and no line for what is usual (`isLive`). */
	readonly live?: boolean;
}

/** Events go to standard output, the log to standard error. */
export class Output {
	readonly #options: OutputOptions;
	readonly #listeners: ((event: SourcedEvent) => void)[] = [];
	readonly #live: Live | undefined;
	/** The page's address as it was told. */
	#page: string | undefined;

	constructor(options: OutputOptions) {
		this.#options = options;
		this.#live = options.live ? new Live(options.devices ?? 1) : undefined;
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

	/**
	 * Tells the page's address. For people it is the last line again.
	 * @param note what to know beneath it, which is never part of the events
	 */
	page(url: string, note?: string): void {
		this.event({ source: "page", event: "page", url });
		const notes = note === undefined ? [] : [printable(note)];
		if (this.#options.json) {
			for (const line of notes) this.log(line);
			return;
		}
		// The address stands alone: it is what one looks for.
		this.#page = `Page: ${url}`;
		if (this.#live !== undefined) this.#live.page(this.#page, ...notes);
		else for (const line of [this.#page, ...notes]) this.#line(line);
	}

	/** Takes what is heard of a device beside its events, for what is shown of it. */
	hear(device: string, hearsay: Hearsay): void {
		this.#live?.hear(device, hearsay);
	}

	/** A line for people, never part of the events. */
	log(line: string): void {
		const text = printable(line);
		if (this.#live !== undefined) this.#live.log(text);
		else process.stderr.write(`${text}\n`);
	}

	/** Ends it, once all that runs has ended: the page's address, if it was told, is the last line. */
	end(): void {
		if (this.#live !== undefined) this.#live.end();
		else if (this.#page !== undefined) this.#line(this.#page);
	}

	#print(sourced: SourcedEvent, words?: string): void {
		if (this.#options.json) {
			process.stdout.write(`${jsonLine(sourced)}\n`);
			return;
		}
		const isEnough = this.#live?.take(sourced) ?? false;
		const line = words ?? describe(sourced);
		if (line === undefined || isEnough) return;
		this.#line(`${this.#prefix(sourced)}${printable(line)}`);
	}

	#prefix(sourced: SourcedEvent): string {
		const { prefixed, devices = 1 } = this.#options;
		if (!prefixed) return "";
		const device = devices > 1 && "device" in sourced ? ` ${sourced.device}` : "";
		return `${sourced.source.padEnd(6)}${device} | `;
	}

	#line(text: string): void {
		if (this.#live !== undefined) this.#live.line(text);
		else process.stdout.write(`${text}\n`);
	}
}

/** An event in the lesson's words, where it has them; `undefined` for what only programs want to know. */
function describe(sourced: SourcedEvent): string | undefined {
	switch (sourced.event) {
		case "link":
			return describeLink(sourced);
		case "network":
			return describeNetwork(sourced);
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
		case "gap":
			return `Readings of ${sourced.device} were lost on the way: ${sourced.through + 1} to ${sourced.seq - 1}; it sends them again`;
		case "store":
			return sourced.state === "working"
				? "The database works again"
				: `The database failed, trying again: ${sourced.reason}`;
		case "outbox":
			return describeOutbox(sourced);
		case "response":
			return `Answered ${printable(sourced.id)}: ${sourced.status} ${JSON.stringify(sourced.payload ?? {})}`;
		case "fallback":
			return describeFallback(sourced);
		case "order":
			return `Order ${sourced.id} for ${sourced.device} ${sourced.state}${sourced.status === undefined ? "" : `: ${sourced.status}`}`;
		case "accepted":
			return `Order ${sourced.id} accepted by ${sourced.by}${sourced.members === undefined ? "" : ` for ${sourced.members} devices`}`;
		case "answer":
			return `${sourced.status}${sourced.payload === undefined ? "" : ` ${JSON.stringify(sourced.payload)}`}`;
		case "decision":
			return describeDecision(sourced);
		case "rules":
			// What is wrong with them is in the log.
			return sourced.state === "loaded" ? "Rules loaded" : "Rules refused: those from before go on";
		case "restart":
			return "Restarting";
		case "listening":
			return `Listening on ${urlOf(sourced.host, sourced.port, sourced.protocol)}`;
		case "rejected":
			return `Closed the connection from ${sourced.address}: ${sourced.reason}`;
		case "certificate":
			return describeExpiry(sourced);
		case "denied":
			return `${sourced.client} may not ${DENIED[sourced.action]} ${sourced.topic}`;
		case "access":
			return sourced.state === "loaded"
				? `Access read again: ${sourced.devices} devices, ${sourced.revoked} certificates revoked`
				: `Access cannot be read again, what was read before holds on: ${sourced.reason}`;
		case "disconnected":
			return sourced.code === "taken-over"
				? `Closed the connection of ${sourced.client}: ${sourced.reason}`
				: undefined;
		case "page":
		case "connected":
		case "stream":
		case "duplicate":
		case "acknowledged":
		case "superseded":
			return undefined;
	}
}

/** Who decides about the LED, and why. */
const describeFallback = ({ active, reason }: Extract<SourcedEvent, { event: "fallback" }>): string => {
	if (!active) return "The device decides no longer: a command came";
	return `The device decides itself: ${reason === "offline" ? "it is offline" : "no server is heard of"}`;
};

/** What a rule has decided, and by whom. */
function describeDecision({
	rule,
	on,
	votes,
	median,
	reason,
}: Extract<SourcedEvent, { event: "decision" }>): string {
	const decided = on === undefined ? "undecided" : on ? "on" : "off";
	const between = median === undefined ? "" : `, median ${Number(median.toFixed(3))}`;
	const why = REASONS[reason];
	return `Rule ${rule}: ${decided}, ${votes.on} for on, ${votes.off} for off, ${votes.silent} without a vote${between}${why}`;
}

const REASONS: Readonly<Record<Extract<SourcedEvent, { event: "decision" }>["reason"], string>> =
	Object.freeze({
		votes: "",
		quorum: "; too few have a vote",
		"minimum-time": "; it must stay so for a while",
	});

/** How full an outbox is, and what did not go through it. */
function describeOutbox({
	pending,
	dropped,
	setAside,
	lost,
}: Extract<SourcedEvent, { event: "outbox" }>): string {
	const parts = [`${pending} waiting`];
	if (dropped > 0) parts.push(`${dropped} dropped`);
	if (setAside > 0) parts.push(`${setAside} set aside`);
	if (lost > 0) parts.push(`${lost} lost`);
	return `Outbox: ${parts.join(", ")}`;
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

/** Which certificate ends when, and who renews it. */
function describeExpiry({ certificate, expires }: Extract<SourcedEvent, { event: "certificate" }>): string {
	const whose = certificate === "own" ? "The certificate" : "The CA's certificate";
	const isOver = Date.parse(expires) <= Date.now();
	const advice = certificate === "own" ? "nightlight provision renews it" : "make a new CA";
	return `${whose} ${isOver ? "expired" : "expires"} ${expires}: ${advice}`;
}

const DENIED = Object.freeze({
	publish: "publish on",
	subscribe: "subscribe to",
	will: "have a will on",
});

/** What a link's code lets one do, if it is not in the reason. */
const ADVICE: Readonly<Record<string, string>> = Object.freeze({
	"certificate-untrusted": " (--ca FILE says which CA to trust)",
});

function describeLink({ state, code, reason, delay }: LinkChange): string {
	const why = reason === undefined ? "" : `: ${reason}${ADVICE[code ?? ""] ?? ""}`;
	const next = delay === undefined ? "" : `; next try in ${(delay / 1000).toFixed(1)} s`;
	return `Link ${state}${why}${next}`;
}

/** The Wi-Fi network's name is somebody's text. */
function describeNetwork({
	state,
	ssid,
	address,
	reason,
}: Extract<SourcedEvent, { event: "network" }>): string {
	if (state === "joining") return `Network joining ${printable(ssid)}`;
	return state === "up" ? `Network up, address ${address}` : `Network down: ${printable(reason ?? "")}`;
}
