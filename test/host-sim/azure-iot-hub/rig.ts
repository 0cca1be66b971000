import { createHmac } from "node:crypto";
import { generate, type IConnectPacket, type Packet, parser } from "mqtt-packet";
import {
	Hub,
	type HubConnection,
	type HubEvent,
	type HubLimits,
	type HubPeer,
	type Identity,
	type MethodCall,
	type MethodOutcome,
} from "../../../host-sim/azure-iot-hub/core/hub.js";
import { Clock } from "../../../host-sim/simulation/clock.js";
import { Random } from "../../../host-sim/simulation/random.js";

export const HOST = "contoso.azure-devices.net";
/** Of the facts' vector. */
export const KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
export const SECOND_KEY = Buffer.from("the second key of a device").toString("base64");
export const POLICY_KEY = Buffer.from("the key of a policy").toString("base64");

/** When a rig's time begins, in milliseconds since 1970. */
export const START = Date.UTC(2026, 10, 1);

const SAS = { type: "sas", primaryKey: KEY, secondaryKey: SECOND_KEY } as const;

export const IDENTITIES: readonly Identity[] = [
	{ device: "dev1", authentication: SAS, isEnabled: true },
	{ device: "dev1", module: "mod1", authentication: SAS, isEnabled: true },
	{ device: "dev2", authentication: SAS, isEnabled: true },
	{ device: "off", authentication: SAS, isEnabled: false },
	{
		device: "own",
		authentication: { type: "selfSigned", primaryThumbprint: "AA:BB", secondaryThumbprint: "ccdd" },
		isEnabled: true,
	},
	{ device: "ca", authentication: { type: "certificateAuthority" }, isEnabled: true },
];

/** A token as an independent hand makes it: RFC 3986 upper-case escapes unless `sr` is given. */
export function token({
	resource = `${HOST}/devices/dev1`,
	sr = encodeURIComponent(resource),
	key = KEY,
	expires = START / 1000 + 3600,
	policy,
}: {
	resource?: string;
	sr?: string;
	key?: string;
	expires?: number;
	policy?: string;
} = {}): string {
	const sig = createHmac("sha256", Buffer.from(key, "base64")).update(`${sr}\n${expires}`).digest("base64");
	const skn = policy === undefined ? "" : `&skn=${policy}`;
	return `SharedAccessSignature sr=${sr}&sig=${encodeURIComponent(sig)}&se=${expires}${skn}`;
}

/** What CONNECT says, beside the defaults of a rig. */
export type Connecting = Partial<Omit<IConnectPacket, "cmd" | "password">> & {
	readonly password?: string | null;
};

/** CONNECT of a client with a SAS token. */
export function connectPacket(id: string, { password, ...rest }: Connecting = {}): IConnectPacket {
	const [device = "", module] = id.split("/");
	const resource = `${HOST}/devices/${device}${module === undefined ? "" : `/modules/${module}`}`;
	const secret = password === undefined ? token({ resource }) : password;
	return {
		cmd: "connect",
		protocolId: "MQTT",
		protocolVersion: 4,
		clientId: id,
		clean: false,
		keepalive: 180,
		username: `${HOST}/${id}/?api-version=2021-04-12`,
		...(secret !== null && { password: Buffer.from(secret) }),
		...rest,
	};
}

/** A client on a link in memory; mqtt-packet is its codec. */
export class RawClient {
	readonly packets: Packet[] = [];
	isClosed = false;
	closeReason = "";
	readonly connection: HubConnection;
	#read = 0;
	#hasSaidClosed = false;

	constructor(hub: Hub, peer?: HubPeer) {
		const packets = parser();
		packets.on("packet", (packet) => this.packets.push(packet));
		packets.on("error", (error) => {
			throw error;
		});
		this.connection = hub.open(
			{
				send: (bytes) => {
					if (this.isClosed) throw new Error("sent after close");
					packets.parse(Buffer.from(bytes));
				},
				close: (reason) => {
					if (this.isClosed) throw new Error("closed twice");
					this.isClosed = true;
					this.closeReason = reason;
				},
			},
			peer,
		);
	}

	/** Sends a packet and returns in lines what has come since the last time. */
	send(packet: Packet): readonly string[] {
		return this.raw(generate(packet));
	}

	raw(bytes: Uint8Array): readonly string[] {
		this.connection.received(bytes);
		return this.heard();
	}

	publish(topic: string, payload: string | Buffer = "", qos: 0 | 1 | 2 = 0, more = {}): readonly string[] {
		const messageId = qos === 0 ? {} : { messageId: 7 };
		return this.send({
			...{ cmd: "publish", topic, payload, qos, dup: false, retain: false },
			...messageId,
			...more,
		});
	}

	subscribe(...filters: readonly string[]): readonly string[] {
		return this.send({
			cmd: "subscribe",
			messageId: 3,
			subscriptions: filters.map((topic) => ({ topic, qos: 1 })),
		});
	}

	/** What has come since the last time; `closed` is the last line. */
	heard(): readonly string[] {
		const heard = this.packets.slice(this.#read).map(lineOf);
		this.#read = this.packets.length;
		if (!this.isClosed || this.#hasSaidClosed) return heard;
		this.#hasSaidClosed = true;
		return [...heard, "closed"];
	}
}

/** A packet in one line: type and what matters of it. */
export function lineOf(packet: Packet): string {
	const id = packet.messageId === undefined ? "" : ` ${packet.messageId}`;
	switch (packet.cmd) {
		case "connack":
			return `connack ${packet.returnCode}${packet.sessionPresent ? " present" : ""}`;
		case "publish":
			return `publish${id} ${packet.topic}=${packet.payload} q${packet.qos}${packet.dup ? " dup" : ""}${packet.retain ? " retain" : ""}`;
		case "suback":
			return `suback${id} ${packet.granted.join(",")}`;
		default:
			return `${packet.cmd}${id}`;
	}
}

/** A hub in virtual time, with the identities above. */
export class Rig {
	readonly clock = new Clock();
	readonly events: HubEvent[] = [];
	readonly hub: Hub;
	/** How many timers of the hub run. */
	timers = 0;
	/** Added to the date alone. */
	dateShift = 0;

	constructor(limits: Partial<HubLimits> = {}) {
		const random = new Random(1, "hub");
		this.hub = new Hub({
			hostNames: [HOST],
			clock: {
				now: () => this.clock.elapsed,
				date: () => START + this.clock.elapsed + this.dateShift,
				post: (callback, delay) => {
					let isRunning = true;
					const end = () => {
						if (isRunning) this.timers--;
						isRunning = false;
					};
					this.timers++;
					const entry = this.clock.post(() => {
						end();
						callback();
					}, delay);
					return () => {
						end();
						this.clock.clear(entry);
					};
				},
			},
			random: random.next,
			limits,
			policies: [
				{ name: "device", key: POLICY_KEY, rights: ["DeviceConnect"] },
				{ name: "service", key: POLICY_KEY, rights: ["ServiceConnect"] },
			],
			onEvent: (event) => this.events.push(event),
		});
		for (const identity of IDENTITIES) this.hub.register(identity);
	}

	/** A client that has not sent anything. */
	open(peer?: HubPeer): RawClient {
		return new RawClient(this.hub, peer);
	}

	/** A client that is connected; CONNACK is the first that it hears. */
	client(id = "dev1", connecting: Connecting = {}): RawClient {
		const client = this.open();
		client.connection.received(generate(connectPacket(id, connecting)));
		return client;
	}

	/** Lets time go by. */
	advance(milliseconds: number): void {
		this.clock.runTo(this.clock.elapsed + milliseconds);
	}

	/** The events with a name. */
	told<Name extends HubEvent["event"]>(name: Name): Extract<HubEvent, { event: Name }>[] {
		return this.events.filter((event) => event.event === name) as Extract<HubEvent, { event: Name }>[];
	}

	/** Calls a method, and keeps what became of it. */
	invoke(id: string, call: MethodCall): MethodOutcome[] {
		const outcomes: MethodOutcome[] = [];
		this.hub.invoke(id, call, (outcome) => outcomes.push(outcome));
		return outcomes;
	}
}

export const RESPONSES = "$iothub/twin/res/#";
export const DESIRED = "$iothub/twin/PATCH/properties/desired/#";
export const METHODS = "$iothub/methods/POST/#";
export const DEVICEBOUND = "devices/dev1/messages/devicebound/#";
export const EVENTS = "devices/dev1/messages/events/";
export const REPORTED = "$iothub/twin/PATCH/properties/reported/";

/** Connects to a hub of its own, and says what came of it. */
export function outcome(packet: Parameters<typeof connectPacket>, peer?: HubPeer) {
	const rig = new Rig();
	const lines = rig.open(peer).send(connectPacket(...packet));
	return { rig, lines, refused: rig.told("refused")[0] };
}
