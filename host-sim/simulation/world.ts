import type { Config } from "../../firmware/config.js";
import type { ServerEvent } from "../../server/events.js";
import { DEFAULT_THRESHOLD, type Rule } from "../../server/rule.js";
import type { RuleSet } from "../../server/rules/rule-set.js";
import { Recorder, type RecorderOptions } from "../recording/recorder.js";
import type { BrokerFaults } from "./broker/faults.js";
import { Calm } from "./calm.js";
import { BEGINNING, Clock, type Entry } from "./clock.js";
import { SimulatedDevice } from "./device/device.js";
import { applyFault, sendNonsense } from "./faults/apply.js";
import type { PlannedFault } from "./faults/plan.js";
import { makeInvariants } from "./invariants/all.js";
import { hearing, type Invariant } from "./invariants/invariant.js";
import { type Access, Network } from "./network/network.js";
import { ORDERER, Orderer } from "./orders/orderer.js";
import { Random } from "./random.js";
import { SimulatedServer } from "./server/server.js";
import { WatchedStore } from "./server/watched-store.js";
import type { Scenario } from "./stadium/scenarios.js";
import { Stranger } from "./stranger.js";
import { topicsOf } from "./topics.js";
import { Trace, type WorldEvent } from "./trace.js";
import { configOf } from "./variety.js";
import { View } from "./view.js";
import { type BrokerParts, modelBroker, type WorldBroker } from "./world-broker.js";

/** How a device begins. */
export interface DeviceSpec {
	readonly config: Config;
	/** What its `outbox` is at each start in turn; that of `config` if left out. */
	readonly outboxes?: readonly Config["outbox"][] | undefined;
	/** What its tick counter shows when the world begins; 32 bits. */
	readonly ticks: number;
	/** Whether its wall clock is set; if left out, it is. */
	readonly hasClock?: boolean;
}

export interface WorldSpec {
	readonly seed: number;
	readonly devices: readonly DeviceSpec[];
	/** What goes wrong, in order. */
	readonly faults: readonly PlannedFault[];
	/** How far above the threshold the server has an LED go off again; 0 when absent. */
	readonly hysteresis?: number | undefined;
	/** Whether its server has the rules of a stadium, and what happens there; then LEDs are not as each device's light is. */
	readonly stadium?: { readonly rules: RuleSet; readonly scenario: Scenario | undefined } | undefined;
	/** Whether the broker keeps the server's session, and sends it QoS 1; if left out, it does. */
	readonly keepsServer?: boolean | undefined;
	/** Hears each line of the trace, with its end. */
	readonly onLine?: ((line: string) => void) | undefined;
	/** Makes the broker; the model when absent. */
	readonly broker?: ((parts: BrokerParts) => WorldBroker) | undefined;
	/** Where what crosses between each firmware and its host is recorded; nowhere when absent. */
	readonly recording?: Omit<RecorderOptions, "elapsed"> | undefined;
}

const CHECK_INTERVAL = 10_000;

/** Milliseconds that a device takes to start again. */
const START_TIME = 500;
/** How often a board has key-value storage besides flash memory. */
const HAVE_KEY_VALUE = 0.85;

/**
 * Devices, a broker, a server, the network between them, and what goes wrong, in one process and in
 * virtual time. Everything follows from the spec: the same one gives the same trace, byte for byte.
 */
export class World {
	readonly clock = new Clock();
	readonly network: Network;
	readonly broker: WorldBroker;
	readonly server: SimulatedServer;
	readonly devices: ReadonlyMap<string, SimulatedDevice>;
	readonly trace: Trace;
	/** When an LED is to be on. */
	readonly rule: Rule;
	/** Whoever else publishes. */
	readonly stranger: Stranger;
	/** Whoever orders. */
	readonly orderer: Orderer;
	/** The layout of the topics, which server and devices share. */
	readonly topics: Config["topics"];
	/** What the broker does wrong at present. */
	readonly misbehaviour: BrokerFaults = {};
	/** How often each fault has happened. */
	readonly faults = new Map<string, number>();
	/** How often its broker did what it is known to do otherwise, by name. */
	readonly exceptions = new Map<string, number>();
	readonly #seed: number;
	/** Devices that start again. */
	readonly #starting = new Map<string, Entry>();
	readonly #recorder: Recorder | undefined;
	readonly #calm: Calm;
	readonly #invariants: readonly Invariant[];
	/** Those of them that hear of events, and of what a device reads. */
	readonly #ofEvents: readonly Required<Pick<Invariant, "onEvent">>[];
	readonly #ofReading: readonly Required<Pick<Invariant, "onRead">>[];
	readonly #ofMeasuring: readonly Required<Pick<Invariant, "onMeasured">>[];
	readonly #ofServer: readonly Required<Pick<Invariant, "onServerTold">>[];
	readonly #view: View;

	/** @param prepare sets what the sensors measure as the devices are switched on */
	constructor(
		{
			seed,
			devices,
			faults,
			hysteresis = 0,
			stadium,
			keepsServer,
			onLine,
			recording,
			broker = modelBroker,
		}: WorldSpec,
		prepare?: (world: World) => void,
	) {
		const configs = devices.map(({ config }) => config);
		this.topics = sharedTopics(configs);
		this.#seed = seed;
		this.rule = { threshold: DEFAULT_THRESHOLD, hysteresis };
		this.trace = new Trace(onLine);
		this.#calm = new Calm(configs.map(({ id }) => id));
		const changing = devices.filter(({ outboxes = [] }) => outboxes.length > 1);
		this.#invariants = makeInvariants(
			configs,
			this.rule,
			changing.map(({ config }) => config.id),
			stadium,
		);
		this.#ofEvents = hearing(this.#invariants, "onEvent");
		this.#ofReading = hearing(this.#invariants, "onRead");
		this.#ofServer = hearing(this.#invariants, "onServerTold");
		this.#ofMeasuring = hearing(this.#invariants, "onMeasured");
		const ofRows = hearing(this.#invariants, "onStored");
		const ofServerReading = hearing(this.#invariants, "onServerRead");
		const ofMessages = hearing(this.#invariants, "onTaken");
		const { clock } = this;
		this.#recorder = recording && new Recorder({ ...recording, elapsed: () => clock.elapsed });
		this.network = new Network(clock, this.#random("network"));
		this.broker = broker({
			clock,
			faults: this.misbehaviour,
			onEvent: (event) => this.#take('"source":"broker",', event, { source: "broker", ...event }),
			onMessage: (message) => {
				for (const invariant of ofMessages) invariant.onTaken(clock.elapsed, message);
			},
		});
		this.network.listener.replace((link) => this.broker.accept(link));
		this.stranger = new Stranger(this.network);
		this.orderer = new Orderer({
			...{ clock, network: this.network, random: this.#random("orderer") },
			responses: topicsOf({ id: "+", topics: this.topics }).responses ?? "",
		});
		this.server = new SimulatedServer({
			...{ clock, network: this.network, random: this.#random("server"), hysteresis, topics: this.topics },
			...{ date: BEGINNING, isKept: keepsServer, rules: stadium?.rules },
			store: new WatchedStore((rows) => {
				for (const invariant of ofRows) invariant.onStored(rows, clock.elapsed);
			}),
			report: (event) => this.#takeOfServer(event),
			onRead: (message) => {
				for (const invariant of ofServerReading) invariant.onServerRead(message);
			},
		});
		this.devices = new Map(devices.map((spec) => [spec.config.id, this.#makeDevice(spec)]));
		this.#view = new View(this, this.#calm);
		this.#plan(faults, 0);
		prepare?.(this);
		for (const id of this.devices.keys()) this.switchOn(id);
		clock.repeat(() => this.check(), CHECK_INTERVAL);
	}

	/** A device. @throws RangeError when there is none with this id */
	deviceOf(id: string): SimulatedDevice {
		const device = this.devices.get(id);
		if (device === undefined) throw new RangeError(`no device "${id}" in this world`);
		return device;
	}

	accessOf(target: string): Access {
		if (target === "server") return this.server.access;
		return target === ORDERER ? this.orderer.access : this.deviceOf(target).access;
	}

	disturb(id: string, random: Random): void {
		sendNonsense(this, id, random);
	}

	/**
	 * What a sensor of a device measures changes.
	 * @param value an integer in the sensor's range
	 * @throws RangeError when it is none, or there is no such sensor
	 */
	setReading(id: string, name: string, value: number): void {
		const { config, readings } = this.deviceOf(id);
		const sensor = config.telemetry.sensors.find((one) => one.name === name);
		if (sensor === undefined) throw new RangeError(`${id} has no sensor "${name}"`);
		const { minimum, maximum } = sensor;
		if (!(Number.isInteger(value) && value >= minimum && value <= maximum)) {
			throw new RangeError(`${name} of ${id}: ${value}; wants an integer from ${minimum} to ${maximum}`);
		}
		readings.set(name, value);
		if (name === "light") this.record({ source: "light", device: id, light: value });
		else this.record({ source: "sensor", device: id, sensor: name, value });
	}

	switchOn(id: string): void {
		const device = this.deviceOf(id);
		if (device.hasPower) return;
		const { isConstant, config } = device;
		this.record({ source: "power", device: id, isOn: true, ...(!isConstant && { outbox: config.outbox }) });
		device.switchOn();
	}

	/** @param isRestart its firmware wants that */
	cutPower(id: string, isRestart = false): void {
		const device = this.deviceOf(id);
		const starting = this.#starting.get(id);
		if (starting !== undefined) this.clock.clear(starting);
		if (!device.hasPower) return;
		device.cutPower();
		this.record({ source: "power", device: id, isOn: false, ...(isRestart && { isRestart }) });
	}

	/** A device starts again, as its firmware wants: without power it is nothing else than one that was cut off. */
	restart(id: string): void {
		this.cutPower(id, true);
		this.#starting.set(
			id,
			this.clock.post(() => this.switchOn(id), START_TIME),
		);
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

	/** Something happened. */
	record(event: WorldEvent): void {
		this.#take("", event, event);
	}

	#takeOfServer(event: ServerEvent): void {
		const members = '"source":"server",';
		if (event.event === "link") this.#take(members, event, { source: "server", ...event });
		else this.trace.record(this.clock.elapsed, members, event);
		for (const invariant of this.#ofServer) invariant.onServerTold(event, this.clock.elapsed);
	}

	/**
	 * Something happened that a part of the world told.
	 * @param members what the trace has before the part's own words, as JSON members with a comma each
	 */
	#take(members: string, told: object, event: WorldEvent): void {
		const time = this.clock.elapsed;
		this.trace.record(time, members, told);
		if (event.source === "fault" && event.phase !== "end") countIn(this.faults, event.fault);
		if (event.source === "broker" && event.event === "exception") countIn(this.exceptions, event.name);
		this.#calm.see(time, event);
		// Not by `#tell`: a function for each event takes time.
		try {
			for (const invariant of this.#ofEvents) invariant.onEvent(time, event);
		} catch (error) {
			this.clock.fail(error);
			throw error;
		}
	}

	/** Has invariants hear of something. What does not hold ends the world, even if a firmware catches it. */
	#tell(hear: () => void): void {
		try {
			hear();
		} catch (error) {
			this.clock.fail(error);
			throw error;
		}
	}

	/** Posts the next fault only: what is to happen stays little. */
	#plan(faults: readonly PlannedFault[], index: number): void {
		const fault = faults[index];
		if (fault === undefined) return;
		const happen = () => {
			applyFault(this, fault);
			this.#plan(faults, index + 1);
		};
		this.clock.post(happen, fault.at - this.clock.elapsed);
	}

	#random(name: string): Random {
		return new Random(this.#seed, name);
	}

	#makeDevice({ config, outboxes, ticks, hasClock = true }: DeviceSpec): SimulatedDevice {
		const { id, topics } = config;
		const acks = topicsOf({ id, topics }).acks;
		const members = `"source":"device","device":${JSON.stringify(id)},`;
		return new SimulatedDevice({
			...{ config, outboxes, ticks, clock: this.clock, network: this.network },
			date: hasClock ? BEGINNING : undefined,
			random: this.#random(`device ${id}`),
			hasKeyValue: this.#random(`board ${id}`).chance(HAVE_KEY_VALUE),
			report: (event) => this.#take(members, event, { source: "device", device: id, ...event }),
			onRead: (messages, date) => {
				const others = messages.filter(({ topic }) => topic === undefined || topic !== acks);
				if (others.length === 0) return;
				const when = { time: this.clock.elapsed, date };
				this.#tell(() => {
					for (const invariant of this.#ofReading) invariant.onRead(id, others, when);
				});
			},
			onMeasured: (sensor, light, date = 0) => {
				if (sensor !== "light") return;
				const { elapsed: time } = this.clock;
				this.#tell(() => {
					for (const invariant of this.#ofMeasuring) invariant.onMeasured(id, { time, date, light });
				});
			},
			onRestart: () => this.restart(id),
			recorder: this.#recorder,
		});
	}
}

/** The layout of the topics. @throws RangeError when it is not the same for all */
function sharedTopics(configs: readonly Config[]): Config["topics"] {
	const [first, ...others] = configs.map(({ topics }) => topics);
	if (first === undefined) return configOf("nobody").topics;
	const isOther = (topics: Config["topics"]) => JSON.stringify(topics) !== JSON.stringify(first);
	if (others.some(isOther))
		throw new RangeError("topics: devices of a world have the same ones, as its server has");
	return first;
}

function countIn(counts: Map<string, number>, name: string): void {
	counts.set(name, (counts.get(name) ?? 0) + 1);
}
