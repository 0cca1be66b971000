import { startNightlight } from "../../../../firmware/app.js";
import { parseConfig } from "../../../../firmware/config.js";
import type { DeviceEvent } from "../../../../firmware/events.js";
import { withHub } from "../../../../firmware/profiles/azure-iot-hub/with-hub.js";
import {
	type Authentication,
	Hub,
	type HubEvent,
	type HubLimits,
	type JsonObject,
	type MethodOutcome,
} from "../../../../host-sim/azure-iot-hub/core/hub.js";
import type { Device, StartDevice } from "../../../host-sim/engines/trace.js";
import { VirtualClock } from "../../../support/virtual/clock.js";
import type { Settings } from "../../../support/virtual/config.js";
import { VirtualHost, type VirtualHostOptions } from "../../../support/virtual/host.js";
import { VirtualNetwork } from "../../../support/virtual/network.js";

const HUB = "contoso.azure-devices.net";
const KEY = Buffer.from("0123456789abcdef0123456789abcdef").toString("base64");
const OTHER_KEY = Buffer.alloc(32, 7).toString("base64");

/** When the world begins: 2026-11-26, noon. */
export const START = Date.UTC(2026, 10, 26, 12);

/** The connection string of the rig's device. */
export const CONNECTION_STRING = `HostName=${HUB};DeviceId=lamp;SharedAccessKey=${KEY}`;

export interface RigOptions extends VirtualHostOptions {
	readonly settings?: Settings;
	readonly connectionString?: string;
	/** How far the device's clock is ahead, in milliseconds; `undefined`: it is not set. */
	readonly clockError?: number | undefined;
	readonly authentication?: Authentication;
	readonly limits?: Partial<HubLimits>;
	/** What the client's certificate shows. */
	readonly peer?: Parameters<Hub["open"]>[1];
	/** Hears what the device tells, and when. */
	readonly onReport?: (event: DeviceEvent, time: number) => void;
	/** Starts the firmware in another engine. */
	readonly start?: StartDevice;
}

/** A nightlight at an emulated hub, in virtual time. Its device is `lamp`, with a module `m1`. */
export class HubRig {
	readonly clock: VirtualClock;
	readonly network: VirtualNetwork;
	readonly host: VirtualHost;
	readonly hub: Hub;
	/** What the hub told. */
	readonly events: HubEvent[] = [];
	/** The firmware, if it runs elsewhere. */
	readonly device: Promise<Device> | undefined;

	constructor(options: RigOptions = {}) {
		const {
			settings,
			connectionString = CONNECTION_STRING,
			authentication,
			limits,
			peer,
			start,
			onReport,
			...own
		} = options;
		const clockError = "clockError" in options ? options.clockError : 0;
		this.clock = own.clock ?? new VirtualClock();
		this.network = own.network ?? new VirtualNetwork(this.clock);
		const { clock, network } = this;
		this.hub = new Hub({
			hostNames: [HUB],
			clock: {
				now: () => clock.elapsed,
				date: () => START + clock.elapsed,
				post: (callback, delay) => {
					let isOver = false;
					clock.post(() => isOver || callback(), delay);
					return () => {
						isOver = true;
					};
				},
			},
			random: () => 0.5,
			onEvent: (event) => this.events.push(event),
			limits,
		});
		const keys = { type: "sas", primaryKey: KEY, secondaryKey: OTHER_KEY } as const;
		this.hub.register({ device: "lamp", authentication: authentication ?? keys, isEnabled: true });
		this.hub.register({ device: "lamp", module: "m1", authentication: keys, isEnabled: true });
		network.onConnection = (far) => {
			const link = { send: (bytes: Uint8Array) => far.send(bytes), close: () => far.end() };
			const connection = this.hub.open(link, peer);
			far.onData = (bytes) => connection.received(bytes);
			far.onClose = () => connection.closed();
		};
		this.host = new VirtualHost({ ...own, clock, network });
		this.host.wallClock = clockError === undefined ? undefined : START + clockError;
		this.host.analog.light = 400;
		this.host.onReport = (event) => onReport?.(event, clock.elapsed);
		const parsed = parseConfig(withHub({ ...settings, azure: { ...settings?.azure, connectionString } }));
		if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.problems));
		if (start === undefined) startNightlight(this.host, parsed.config);
		this.device = start?.(this.host, parsed.config);
	}

	/** Lets time go by. Returns what the hub told meanwhile. */
	after(milliseconds: number): HubEvent[] {
		const before = this.events.length;
		this.clock.advance(milliseconds);
		return this.events.slice(before);
	}

	/** What the hub told of one kind. */
	eventsOf<E extends HubEvent["event"]>(event: E): Extract<HubEvent, { event: E }>[] {
		return this.events.filter((one) => one.event === event) as Extract<HubEvent, { event: E }>[];
	}

	/** The bodies of telemetry, with its application properties. */
	get telemetry(): { body: Record<string, unknown>; application: Readonly<Record<string, unknown>> }[] {
		return this.eventsOf("telemetry").map(({ body, application }) => ({
			body: JSON.parse(Buffer.from(body).toString("utf8")) as Record<string, unknown>,
			application,
		}));
	}

	/** Calls a direct method and lets a second go by. */
	invoke(method: string, payload?: Parameters<Hub["invoke"]>[1]["payload"]): MethodOutcome | undefined {
		let outcome: MethodOutcome | undefined;
		const call = payload === undefined ? { method } : { method, payload };
		this.hub.invoke("lamp", call, (came) => {
			outcome = came;
		});
		this.clock.advance(1000);
		return outcome;
	}

	/** Sends a message to the device and lets a second go by. */
	send(body: string, id = "lamp"): void {
		this.hub.send(id, { body: Buffer.from(body), ...(id.includes("/") && { input: "in1" }) });
		this.clock.advance(1000);
	}

	/** Changes what is desired and lets a second go by. Returns what the device has reported. */
	desire(patch: JsonObject): JsonObject {
		this.hub.desire("lamp", patch);
		this.clock.advance(1000);
		return this.reported;
	}

	/** What the device has reported. */
	get reported(): JsonObject {
		const outcome = this.hub.twin("lamp");
		if (!outcome.ok) throw new Error("no twin");
		return outcome.twin.reported;
	}

	get isLit(): boolean {
		return this.host.digital.led === 1;
	}
}
