import type { Packet } from "mqtt-packet";
import type { DeviceEvent, TelemetryPayload } from "../../firmware/events.js";
import { measuredOf } from "../../server/sequence.js";
import { cut, type Telemetry } from "../../server/telemetry.js";
import type { HostEvent } from "../host-event.js";
import type { Wire } from "../io/tapped.js";
import { FAULT_NOTES } from "../trouble/notes.js";
import type { Controls } from "./controls.js";
import { describeFrame, type PacketView, type Peer } from "./describe-packet.js";
import { fallbackNote, fallbackOf, outboxOf, responseNote } from "./device-notes.js";
import { HubDevice } from "./hub-device.js";
import { Ladder } from "./ladder.js";
import { type LedState, stateOf } from "./led-state.js";
import { type LinkChange, linkView, noteLink, noteNetwork } from "./link-view.js";
import type { Decider, DeviceView, FaultName, Lane, LinkView, Rung, Sample, Summary } from "./protocol.js";
import { hasGivenUp, type Refused, refusedPacket } from "./refused.js";
import { Samples } from "./samples.js";
import { ShownSensor } from "./shown-sensor.js";
import { framedWire, type OnFrame } from "./wire.js";

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
	readonly #hub: HubDevice | undefined;
	readonly #sensor: ShownSensor;
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
		this.#sensor = new ShownSensor(controls?.sensor);
		this.#ladder = new Ladder(now, (rung) => listener.rung(this, rung), kept);
		if (controls === undefined) return;
		const { alertBelow } = controls;
		this.#hub = alertBelow === undefined ? undefined : this.#atHub(alertBelow);
		this.#light = controls.measure();
		this.#led = false;
		this.#link = { state: "offline", since: now() };
		controls.trouble?.listen((name, isOn) => this.#switched(name, isOn));
	}

	get view(): DeviceView {
		const { id, range, controls } = this;
		const sensor = this.#sensor.name ?? "light";
		return {
			...{ id, range, kind: controls === undefined ? "remote" : "simulated" },
			...(controls !== undefined && { engine: controls.engine, source: controls.source }),
			sources: controls?.sources ?? [],
			...(this.#link !== undefined && { link: this.#link }),
			...(sensor !== "light" && { sensor }),
			...(this.#light !== undefined && { light: this.#light }),
			...(this.#led !== undefined && { led: this.#led }),
			...(this.#decidedBy !== undefined && { decidedBy: this.#decidedBy }),
			...(this.#fallback !== undefined && { fallback: this.#fallback }),
			...(this.#outbox !== undefined && { outbox: this.#outbox }),
			believed: this.#believed,
			...(this.#hold !== undefined && { hold: this.#hold }),
			...(this.#hub !== undefined && { hub: this.#hub.view }),
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

	/** Hears one connection of the device's own to its broker or hub. */
	wire(): Wire {
		const connection = this.#hub?.connect();
		const take: OnFrame = (way, frame, isLost) => {
			const explain = connection && ((packet: Packet) => connection.take(packet, isLost));
			const view = describeFrame(frame, { peer: this.#peer, explain });
			const ends: [from: Lane, to: Lane] = way === "sent" ? ["device", this.#peer] : [this.#peer, "device"];
			this.packet(...ends, { ...view, ...(isLost && { lost: true as const }) });
			if (way === "sent") this.#hasSaid(view);
		};
		return framedWire(take, () => this.controls?.trouble?.swallows === true);
	}

	/** Takes what the device's own firmware and its host tell. */
	event(event: DeviceEvent | HostEvent): void {
		switch (event.event) {
			case "link":
				this.linked(event);
				return noteLink(this, "device", event);
			case "network":
				return noteNetwork(this, event);
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
				return this.note("device", fallbackNote(event, this.#hub === undefined ? "server" : "hub"), "plain");
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

	/** The server has a reading that came late. */
	receivedLate(reading: Telemetry): void {
		const [light, measured] = [this.#sensor.read(reading), measuredOf(reading)];
		// A device's clock may be ahead.
		if (light === undefined || measured === undefined || measured > this.#now()) return;
		const sample = { t: measured, light };
		if (this.late.push(sample)) this.#listener.sample(this, "late", sample);
	}

	/** The server has a reading of the device. */
	received(reading: Telemetry): void {
		const light = this.#sensor.read(reading);
		if (light !== undefined) {
			this.#believed = { ...this.#believed, light, at: this.#now() };
			if (this.controls === undefined) {
				this.#light = light;
				this.#sample();
			}
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

	#atHub(alertBelow: number): HubDevice {
		return new HubDevice(alertBelow, {
			received: ({ telemetry, isLate }) => (isLate ? this.receivedLate(telemetry) : this.received(telemetry)),
			decided: (by) => this.#decided(by),
			changed: () => this.#changed(),
		});
	}

	/** Looks whether the device has said on its state topic who has switched its LED. */
	#hasSaid({ topic, payload = "" }: PacketView): void {
		const { stateTopic } = this.controls ?? {};
		if (stateTopic === undefined || topic !== cut(stateTopic)) return;
		const state = stateOf(payload);
		if (state !== undefined) this.#decided(state.decidedBy);
	}

	get #peer(): Peer {
		return this.#hub === undefined ? "broker" : "hub";
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

	#refused(event: Refused): void {
		// Its SUBACK says so.
		if (event.code === "subscription-refused") return;
		const { topic, reason } = event;
		if (hasGivenUp(event)) return this.note("device", `gave up a message on ${topic}: ${reason}`, "bad");
		const fits = refusedPacket(event);
		if (fits === undefined || !this.#ladder.refuse(fits, reason))
			this.note("device", `refused a message on ${topic}: ${reason}`, "bad");
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
