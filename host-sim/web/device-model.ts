import type { DeviceEvent, TelemetryPayload } from "../../firmware/events.js";
import { cut } from "../../server/telemetry.js";
import type { HostEvent } from "../host-event.js";
import type { Wire } from "../io/tapped.js";
import { FAULT_NOTES } from "../trouble/notes.js";
import type { Trouble } from "../trouble/trouble.js";
import { describeFrame, type PacketView } from "./describe-packet.js";
import { fallbackNote, fallbackOf, outboxOf, responseNote } from "./device-notes.js";
import { Framer } from "./framer.js";
import { Ladder } from "./ladder.js";
import { type LedState, stateOf } from "./led-state.js";
import { type LinkChange, linkView, noteLink } from "./link-view.js";
import type {
	Decider,
	DeviceView,
	FaultName,
	Lane,
	LinkView,
	Rung,
	Sample,
	SourceName,
	Summary,
} from "./protocol.js";
import { Samples } from "./samples.js";

/** What this process knows of and can do to a device that it simulates. */
export interface Controls {
	readonly engine: "node" | "xs" | "arm";
	/** At the broker. */
	readonly clientId: string;
	/** Where it says what its LED does, and who switched it; none: nowhere. */
	readonly stateTopic?: string | undefined;
	/** What the sensor measures now; a whole number. */
	measure(): number;
	readonly source: SourceName | "other";
	readonly sources: readonly SourceName[];
	/** What can go wrong here at a person's wish. */
	readonly trouble?: Trouble | undefined;
	/** Sets the light by hand. */
	setLight(value: number): void;
	/** Changes over to one of `sources`. */
	choose(source: SourceName): void;
}

/** Hears what changes. */
export interface DeviceListener {
	changed(device: DeviceModel): void;
	rung(device: DeviceModel, rung: Rung): void;
	/** `late`: a reading that came late, at the time at which it was measured. */
	sample(device: DeviceModel, kind: "sample" | "late", sample: Sample): void;
	/** It is back, and may not know what a person wants of its LED. */
	forgot(device: DeviceModel, led: boolean): void;
}

/** What a device is made for. */
export interface DeviceOptions {
	readonly id: string;
	readonly range: { readonly minimum: number; readonly maximum: number };
	/** Left out for a device of which only the messages are seen. */
	readonly controls?: Controls | undefined;
	/** Milliseconds since 1970. */
	readonly now: () => number;
	/** How many rungs of its ladder are kept. */
	readonly kept: () => number;
	readonly listener: DeviceListener;
}

/** Milliseconds after which the same light is a sample once more. */
const STEADY = 1000;

type Refused = Extract<DeviceEvent, { event: "refused" }>;

/** What is known of one device: how it is, its last hour of light, its last packets. */
export class DeviceModel {
	readonly id: string;
	readonly controls: Controls | undefined;
	readonly range: DeviceOptions["range"];
	readonly samples = new Samples();
	/** Readings that came late, at the times at which they were measured. */
	readonly late = new Samples();
	readonly #now: () => number;
	readonly #listener: DeviceListener;
	readonly #ladder: Ladder;
	#link: LinkView | undefined;
	/** Something went wrong since it was last online. */
	#hasFailed = false;
	#light: number | undefined;
	#led: boolean | undefined;
	#decidedBy: Decider | undefined;
	#fallback: DeviceView["fallback"];
	#outbox: DeviceView["outbox"];
	#believed: DeviceView["believed"] = {};
	#hold: DeviceView["hold"];
	/** It came online, and has not reported since. */
	#hasReturned = false;

	constructor({ id, range, controls, now, kept, listener }: DeviceOptions) {
		this.id = id;
		this.range = range;
		this.controls = controls;
		this.#now = now;
		this.#listener = listener;
		this.#ladder = new Ladder(now, (rung) => listener.rung(this, rung), kept);
		if (controls === undefined) return;
		this.#light = controls.measure();
		this.#led = false;
		this.#link = { state: "offline", since: now() };
		controls.trouble?.listen((name, isOn) => this.#switched(name, isOn));
	}

	get view(): DeviceView {
		const { id, range, controls } = this;
		return {
			...{ id, range, kind: controls === undefined ? "remote" : "simulated" },
			...(controls !== undefined && { engine: controls.engine, source: controls.source }),
			sources: controls?.sources ?? [],
			...(this.#link !== undefined && { link: this.#link }),
			...(this.#light !== undefined && { light: this.#light }),
			...(this.#led !== undefined && { led: this.#led }),
			...(this.#decidedBy !== undefined && { decidedBy: this.#decidedBy }),
			...(this.#fallback !== undefined && { fallback: this.#fallback }),
			...(this.#outbox !== undefined && { outbox: this.#outbox }),
			believed: this.#believed,
			...(this.#hold !== undefined && { hold: this.#hold }),
			faults: controls?.trouble?.active ?? NOTHING,
			possible: controls?.trouble?.possible ?? NOTHING,
		};
	}

	get summary(): Summary {
		return {
			id: this.id,
			...(this.#light !== undefined && { light: this.#light, share: this.#shareOf(this.#light) }),
			...(this.#led !== undefined && { led: this.#led }),
			...(this.#link !== undefined && { link: this.#link.state }),
			trouble: this.#hasFailed || (this.controls?.trouble?.active ?? NOTHING).length > 0,
		};
	}

	get rungs(): readonly Rung[] {
		return this.#ladder.rungs;
	}

	packet(from: Lane, to: Lane, view: PacketView): void {
		this.#ladder.packet(from, to, view);
	}

	note(...what: Parameters<Ladder["note"]>): void {
		this.#ladder.note(...what);
	}

	/** Hears one connection of the device's own to its broker. */
	wire(): Wire {
		const lost = () => (this.controls?.trouble?.swallows === true ? { lost: true as const } : {});
		const sent = new Framer((frame) => {
			const packet = describeFrame(frame);
			this.packet("device", "broker", { ...packet, ...lost() });
			const { stateTopic } = this.controls ?? {};
			const state =
				stateTopic === undefined || packet.topic !== cut(stateTopic)
					? undefined
					: stateOf(packet.payload ?? "");
			if (state !== undefined) this.#decided(state.decidedBy);
		});
		let isLost = false;
		const came = new Framer((frame) =>
			this.packet("broker", "device", { ...describeFrame(frame), ...(isLost && { lost: true as const }) }),
		);
		const take = (bytes: Uint8Array, wasLost: boolean): void => {
			isLost = wasLost;
			came.push(bytes);
		};
		return {
			wrote: (bytes) => sent.push(bytes),
			read: (bytes) => take(bytes, false),
			lost: (bytes) => take(bytes, true),
		};
	}

	/** Takes what the device's own firmware and its host tell. */
	event(event: DeviceEvent | HostEvent): void {
		switch (event.event) {
			case "link":
				this.linked(event);
				return noteLink(this, "device", event);
			case "led":
				this.lit(event.on);
				return this.note("device", `LED ${event.on ? "on" : "off"}${this.#itself}`, "led");
			case "refused":
				return this.#refused(event);
			case "restart":
				this.#forgetAll();
				return this.note("device", "starts again", "plain");
			case "storage":
				return this.note("device", `storage failed: ${event.reason}`, "bad");
			case "response":
				return this.note("device", responseNote(event), event.status < 400 ? "plain" : "bad");
			case "fallback":
				this.#fallback = fallbackOf(event);
				// Its state says so when it is online again, and who it is that then commands.
				this.#decidedBy = event.active ? "device" : undefined;
				this.#changed();
				return this.note("device", fallbackNote(event), "plain");
			case "outbox":
				this.#outbox = outboxOf(event);
				return this.#changed();
			case "telemetry":
				return this.#drained(event.payload);
			case "command":
		}
	}

	/** The device's link, by the device itself or by its status topic. */
	linked(change: LinkChange): void {
		this.#link = linkView(change, this.#now());
		const { state, code } = change;
		if (state === "online") {
			this.#hasFailed = false;
			this.#hasReturned = true;
		} else this.#hasFailed ||= code !== undefined || (state === "offline" && this.controls === undefined);
		this.#changed();
	}

	/** What the LED does. */
	lit(led: boolean): void {
		if (this.#led === led) return;
		this.#led = led;
		this.#changed();
	}

	/** What the device says of its LED, on its state topic. */
	says({ led, decidedBy }: LedState): void {
		this.#decided(decidedBy);
		this.lit(led);
	}

	/** The server has a reading that came late. @param measured when it was measured, if that is known */
	receivedLate(light: number, measured: number | undefined): void {
		// A device's clock may be ahead.
		if (measured === undefined || measured > this.#now()) return;
		const sample = { t: measured, light };
		if (this.late.push(sample)) this.#listener.sample(this, "late", sample);
	}

	/** The server has a reading of the device. */
	received(light: number): void {
		this.#believed = { ...this.#believed, light, at: this.#now() };
		if (this.controls === undefined) {
			this.#light = light;
			this.#sample();
		}
		this.#changed();
		// It subscribes before it reports: what is sent now arrives.
		if (this.#hasReturned && this.#hold !== undefined) this.#listener.forgot(this, this.#hold.led);
		this.#hasReturned = false;
	}

	/** The server has sent the device a command. */
	commanded(led: boolean): void {
		this.#believed = { ...this.#believed, led };
		this.#changed();
	}

	/** A person's command holds until then; `undefined`: none does. */
	held(hold: DeviceView["hold"]): void {
		this.#hold = hold;
		this.#changed();
	}

	/** The server refuses a message from the device. */
	serverRefused({ topic, reason }: { readonly topic: string; readonly reason: string }): void {
		const isIt = this.#ladder.refuse(
			({ to, type, topic: of }) => to === "server" && type === "PUBLISH" && of === topic,
			reason,
		);
		if (!isIt) this.note("server", `refused a message on ${topic}: ${reason}`, "bad");
	}

	/** Looks at the sensor; to be called again and again. */
	look(): void {
		const now = this.#now();
		if (this.#hold !== undefined && this.#hold.until <= now) this.held(undefined);
		if (this.controls === undefined) return;
		const light = this.controls.measure();
		if (light !== this.#light) {
			this.#light = light;
			this.#changed();
		}
		const { last } = this.samples;
		const isSteady = last?.light === light && last.led === this.#led;
		// The clock may have been put back.
		if (!isSteady || Math.abs(now - last.t) >= STEADY) this.#sample();
	}

	/** Its source was changed. */
	turned(): void {
		this.look();
		this.#changed();
	}

	/** A person has switched a fault. */
	#switched(name: FaultName, isOn: boolean): void {
		const { lane, on, off } = FAULT_NOTES[name];
		this.note(lane, isOn ? on : off, "plain");
		// It cannot say so itself.
		if (name === "power-cut" && isOn) {
			this.#forgetAll();
			this.linked({ state: "offline", reason: "no power" });
		}
		this.#changed();
	}

	/** What was in the device's RAM is lost, and its LED is dark. */
	#forgetAll(): void {
		this.lit(false);
		this.#fallback = this.#outbox = this.#decidedBy = undefined;
	}

	/** Counts down what waited when the device came back: it tells of its outbox again only when that is empty. */
	#drained({ late }: TelemetryPayload): void {
		if (late !== true || this.#outbox === undefined || this.#outbox.pending < 2) return;
		this.#outbox = { ...this.#outbox, pending: this.#outbox.pending - 1 };
		this.#changed();
	}

	/** Who switches the LED, in the words of a note, unless it is a server. */
	get #itself(): string {
		return this.#fallback === undefined ? "" : ", by the device";
	}

	#decided(by: Decider | undefined): void {
		if (this.#decidedBy === by) return;
		this.#decidedBy = by;
		this.#changed();
	}

	#sample(): void {
		if (this.#light === undefined) return;
		const led = this.#led;
		const sample = { t: this.#now(), light: this.#light, ...(led !== undefined && { led }) };
		if (this.samples.push(sample)) this.#listener.sample(this, "sample", sample);
	}

	#refused({ topic, code, reason, payload }: Refused): void {
		switch (code) {
			case "subscription-refused":
				// Its SUBACK says so.
				return;
			case "given-up":
			case "session-ended":
				return this.note("device", `gave up a message on ${topic}: ${reason}`, "bad");
		}
		const isIt =
			// It is told by its head, before it is in the ladder.
			code !== "too-large" &&
			this.#ladder.refuse(
				(packet) =>
					packet.to === "device" &&
					packet.type === "PUBLISH" &&
					packet.topic === cut(topic) &&
					(code === "not-utf-8" || isSameExcerpt(payload, packet.payload ?? "")),
				reason,
			);
		if (!isIt) this.note("device", `refused a message on ${topic}: ${reason}`, "bad");
	}

	#shareOf(light: number): number {
		const { minimum, maximum } = this.range;
		const share = (light - minimum) / (maximum - minimum);
		return Number(Math.min(1, Math.max(0, share)).toFixed(3));
	}

	#changed(): void {
		this.#listener.changed(this);
	}
}

const NOTHING: readonly never[] = Object.freeze([]);

/** Whether two excerpts are of the same text: both have at least its first 199 characters. */
const isSameExcerpt = (one: string, other: string): boolean => one.slice(0, 199) === other.slice(0, 199);
