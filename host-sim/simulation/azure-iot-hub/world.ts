import { Hub, type HubEvent, idOf } from "../../azure-iot-hub/core/hub.js";
import { Recorder } from "../../recording/recorder.js";
import { Calm } from "../calm.js";
import { BEGINNING, Clock, type Entry } from "../clock.js";
import { SimulatedDevice } from "../device/device.js";
import type { Undo } from "../faults/at-clients.js";
import type { PlannedFault } from "../faults/plan.js";
import { type Accepted, type Access, type Link, Network } from "../network/network.js";
import { Random } from "../random.js";
import { textOf } from "../text.js";
import { Trace } from "../trace.js";
import type { WorldSpec } from "../world.js";
import { applyHubFault, type FaultyHub } from "./apply.js";
import type { HubWorldEvent, Told } from "./events.js";
import type { HubFault } from "./faults.js";
import { makeHubInvariants } from "./invariants/all.js";
import type { HubInvariant } from "./invariants/invariant.js";
import { faultsBy, Misbehaviour } from "./misbehaviour.js";
import { Rival } from "./rival.js";
import { act, drawAction, type ServiceAction } from "./service.js";
import { HUB_NAME, type HubDeviceSpec } from "./variety.js";
import { HubView } from "./view.js";
import { Wire } from "./wire.js";

/** What a world with a hub is made of. */
export interface HubWorldSpec extends Pick<WorldSpec, "seed" | "onLine" | "recording"> {
	readonly devices: readonly HubDeviceSpec[];
	/** What goes wrong, in order. */
	readonly faults: readonly PlannedFault<HubFault>[];
}

/** The ways in which invariants hear of something. */
type Hearing = Required<Pick<HubInvariant, "onEvent" | "onSent" | "onRead" | "onMeasured">>;

const hearing = <Hook extends keyof Hearing>(
	invariants: readonly HubInvariant[],
	hook: Hook,
): readonly Pick<Hearing, Hook>[] =>
	invariants.filter(
		(invariant): invariant is HubInvariant & Pick<Hearing, Hook> => invariant[hook] !== undefined,
	);

const CHECK_INTERVAL = 10_000;

/** Milliseconds that a device takes to start again. */
const START_TIME = 500;
/** How often a board has key-value storage besides flash memory. */
const HAVE_KEY_VALUE = 0.85;

/**
 * Devices, the Azure IoT Hub emulator without IO, the network between them, and what goes wrong, in one process and in
 * virtual time. Everything follows from the spec: the same one gives the same trace, byte for byte.
 */
export class HubWorld implements FaultyHub {
	readonly clock = new Clock();
	readonly hub: Hub;
	readonly devices: ReadonlyMap<string, SimulatedDevice>;
	readonly trace: Trace;
	/** How often each fault has happened. */
	readonly faults = new Map<string, number>();
	readonly #seed: number;
	readonly #specs: ReadonlyMap<string, HubDeviceSpec>;
	/** By device: each has a way to the hub of its own, for the hub knows by its handshake who it may be. */
	readonly #networks = new Map<string, Network>();
	/** By the hub's id. */
	readonly #misbehaviour = new Map<string, Misbehaviour>();
	/** Whether what the hub tells is of another client; and by the hub's id whether such a one is connected. */
	#isRivalActing = false;
	readonly #rivals = new Set<string>();
	/** Devices that start again. */
	readonly #starting = new Map<string, Entry>();
	readonly #recorder: Recorder | undefined;
	readonly #calm: Calm;
	readonly #invariants: readonly HubInvariant[];
	/** Those of them that hear of something: most hear of little. */
	readonly #hearing: { readonly [Hook in keyof Hearing]: readonly Pick<Hearing, Hook>[] };
	readonly #view: HubView;

	/** @param prepare sets what the sensors measure as the devices are switched on */
	constructor(
		{ seed, devices, faults, onLine, recording }: HubWorldSpec,
		prepare?: (world: HubWorld) => void,
	) {
		const { clock } = this;
		this.#seed = seed;
		this.#specs = new Map(devices.map((spec) => [spec.config.id, spec]));
		this.trace = new Trace(onLine);
		this.#calm = new Calm([...this.#specs.keys()]);
		this.#recorder = recording && new Recorder({ ...recording, elapsed: () => clock.elapsed });
		this.hub = this.#makeHub(devices);
		this.#invariants = makeHubInvariants(devices, (id) => this.deviceOf(id).led);
		this.#hearing = {
			onEvent: hearing(this.#invariants, "onEvent"),
			onSent: hearing(this.#invariants, "onSent"),
			onRead: hearing(this.#invariants, "onRead"),
			onMeasured: hearing(this.#invariants, "onMeasured"),
		};
		this.devices = new Map(devices.map((spec) => [spec.config.id, this.#makeDevice(spec)]));
		this.#view = new HubView(this, devices, this.#calm);
		this.#plan(faults, 0);
		prepare?.(this);
		for (const id of this.devices.keys()) this.switchOn(id);
		clock.repeat(() => this.check(), CHECK_INTERVAL);
	}

	deviceOf(id: string): SimulatedDevice {
		const device = this.devices.get(id);
		if (device === undefined) throw new RangeError(`no device "${id}" in this world`);
		return device;
	}

	accessOf(target: string): Access {
		return this.deviceOf(target).access;
	}

	hubIdOf(device: string): string {
		return idOf((this.#specs.get(device) as HubDeviceSpec).identity);
	}

	misbehaviourTo(device: string): Misbehaviour {
		return this.#misbehaviourOf(this.hubIdOf(device));
	}

	/** What a sensor of a device measures changes. */
	setReading(id: string, name: string, value: number): void {
		this.deviceOf(id).readings.set(name, value);
		if (name === "light") this.record({ source: "light", device: id, light: value });
		else this.record({ source: "sensor", device: id, sensor: name, value });
	}

	switchOn(id: string): void {
		const device = this.deviceOf(id);
		if (device.hasPower) return;
		this.record({ source: "power", device: id, isOn: true });
		device.switchOn();
	}

	cutPower(id: string, isRestart = false): void {
		const device = this.deviceOf(id);
		const starting = this.#starting.get(id);
		if (starting !== undefined) this.clock.clear(starting);
		if (!device.hasPower) return;
		device.cutPower();
		this.record({ source: "power", device: id, isOn: false, ...(isRestart && { isRestart }) });
	}

	disturb(id: string, random: Random): void {
		this.serve(id, drawAction(random, random.below(2 ** 32)));
	}

	serve(id: string, action: ServiceAction): void {
		if (action.does === "send")
			for (const message of action.messages)
				this.record({ source: "service", device: id, does: "send", id: message.id, text: message.text });
		act(this.hub, this.hubIdOf(id), action);
	}

	rival(id: string, random: Random): Undo {
		const during = (step: () => void) => {
			this.#isRivalActing = true;
			try {
				step();
			} finally {
				this.#isRivalActing = false;
			}
		};
		const rival = new Rival(this.hub, this.clock, random, this.#specs.get(id) as HubDeviceSpec, during);
		return () => rival.end();
	}

	stopHub(): Undo {
		this.hub.stop();
		const undo = [...this.#networks.values()].map(({ listener }) => listener.replace(undefined));
		return () => {
			for (const one of undo) one();
		};
	}

	/** Lets time go by, up to `time` since the beginning. @throws Violation, or what a part of the world throws */
	runTo(time: number): void {
		this.clock.runTo(time);
	}

	/** Looks whether everything holds that always holds. @throws Violation */
	check(): void {
		for (const invariant of this.#invariants) invariant.check?.(this.#view);
	}

	/** The last fault is long over: looks whether all is well in the end. @throws Violation */
	end(): void {
		this.check();
		for (const invariant of this.#invariants) invariant.end?.(this.#view);
	}

	record(event: HubWorldEvent): void {
		const time = this.clock.elapsed;
		this.trace.record(time, "", event);
		if (event.source === "fault") {
			if (event.phase !== "end") this.faults.set(event.fault, (this.faults.get(event.fault) ?? 0) + 1);
			this.#calm.see(time, event);
		} else if (event.source === "power" || event.source === "light") {
			this.#calm.see(time, event);
		}
		this.#tell("onEvent", time, event);
	}

	/** Has invariants hear of something. What does not hold ends the world, even if a firmware catches it. */
	#tell<Hook extends keyof Hearing>(hook: Hook, ...heard: Parameters<Hearing[Hook]>): void {
		try {
			for (const invariant of this.#hearing[hook]) {
				(invariant[hook] as (...heard: Parameters<Hearing[Hook]>) => void)(...heard);
			}
		} catch (error) {
			this.clock.fail(error);
			throw error;
		}
	}

	/** Posts the next fault only: what is to happen stays little. */
	#plan(faults: readonly PlannedFault<HubFault>[], index: number): void {
		const fault = faults[index];
		if (fault === undefined) return;
		const happen = () => {
			applyHubFault(this, fault);
			this.#plan(faults, index + 1);
		};
		this.clock.post(happen, fault.at - this.clock.elapsed);
	}

	#random(name: string): Random {
		return new Random(this.#seed, name);
	}

	#misbehaviourOf(hubId: string): Misbehaviour {
		const known = this.#misbehaviour.get(hubId) ?? new Misbehaviour();
		this.#misbehaviour.set(hubId, known);
		return known;
	}

	#makeHub(devices: readonly HubDeviceSpec[]): Hub {
		const { clock } = this;
		const hub = new Hub({
			hostNames: [HUB_NAME],
			clock: {
				now: () => clock.elapsed,
				date: () => BEGINNING + clock.elapsed,
				post: (callback, delay) => {
					const entry = clock.post(callback, delay);
					return () => clock.clear(entry);
				},
			},
			random: this.#random("hub").next,
			onEvent: (event) => this.#takeOfHub(event),
			faults: faultsBy((id) => this.#misbehaviourOf(id)),
		});
		for (const { identity } of devices) {
			const { module, ...device } = identity;
			hub.register(device);
			if (module !== undefined) hub.register(identity);
		}
		return hub;
	}

	#takeOfHub(event: HubEvent): void {
		// One that is refused has no name but the one that it says, and one that is dropped has none.
		const device = "device" in event ? event.device : event.event === "refused" ? event.client : "";
		const isRival = event.event === "disconnected" ? this.#rivals.delete(device) : this.#isRivalActing;
		if (event.event === "connected" && isRival) this.#rivals.add(device);
		const told: Told = event.event === "telemetry" ? withText(event) : event;
		this.record({ source: "hub", device: device.split("/")[0] as string, isRival, told });
	}

	#makeDevice(spec: HubDeviceSpec): SimulatedDevice {
		const { config, peer, ticks, hasClock } = spec;
		const { id } = config;
		const { clock } = this;
		const network = new Network(clock, this.#random(`network ${id}`));
		this.#networks.set(id, network);
		network.listener.replace((link) => this.#accept(link, peer));
		const wire = new Wire(
			() => clock.elapsed,
			(packet, since) => this.#tell("onSent", id, packet, since),
		);
		return new SimulatedDevice({
			...{ config, ticks, clock, network },
			date: hasClock ? BEGINNING : undefined,
			random: this.#random(`device ${id}`),
			hasKeyValue: this.#random(`board ${id}`).chance(HAVE_KEY_VALUE),
			report: (event) => this.record({ source: "device", device: id, ...event }),
			onRead: (messages) => {
				for (const message of messages) this.#tell("onRead", clock.elapsed, id, message);
			},
			onWritten: (bytes) => wire.take(bytes),
			onMeasured: (sensor, light, date = 0) => {
				if (sensor !== "light") return;
				this.#tell("onMeasured", id, { time: clock.elapsed, date, light });
			},
			onRestart: () => {
				this.cutPower(id, true);
				this.#starting.set(
					id,
					clock.post(() => this.switchOn(id), START_TIME),
				);
			},
			recorder: this.#recorder,
		});
	}

	#accept(link: Link, peer: HubDeviceSpec["peer"]): Accepted {
		const connection = this.hub.open({ send: (bytes) => link.send(bytes), close: () => link.close() }, peer);
		return { receive: (bytes) => connection.received(bytes), lost: () => connection.closed() };
	}
}

const withText = ({ body, ...event }: Extract<HubEvent, { event: "telemetry" }>): Told => ({
	...event,
	payload: textOf(body),
});
