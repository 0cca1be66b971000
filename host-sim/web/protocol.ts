/** What the page's service and the page in the browser tell each other. Types only: both sides have them. */

/** Who a packet is between, and whom a note is about. An Azure IoT Hub is broker and server in one. */
export type Lane = "device" | "broker" | "server" | "hub";

/** A link to the broker; times in milliseconds since 1970. */
export interface LinkView {
	readonly state: string;
	readonly code?: string;
	readonly reason?: string;
	readonly since: number;
	readonly nextTry?: number;
}

/** When the server has the LED on, in the unit of the light. */
export interface Rule {
	readonly threshold: number;
	readonly hysteresis: number;
	/** At a hub nobody switches the LED by it: it is where telemetry has `lightAlert=true`. */
	readonly alert?: true;
	/** The rules of the rule file that decide for the device, and that ask it: the page looks them up. */
	readonly decides?: string;
	readonly asks?: string;
}

/** A sensor that a rule of the rule file asks, as the server knows it. */
export interface VoteView {
	readonly device: string;
	readonly sensor: string;
	/** What it said last, and when. */
	readonly value?: number;
	readonly at?: number;
	/** Its vote; absent if it has none. */
	readonly on?: boolean;
	/** Why it has none: it has not been heard of yet, never, for too long, or it has said the same for too long. */
	readonly absence?: "awaited" | "silent" | "stale" | "stuck";
}

/** A rule of the rule file, as it stands. Times in milliseconds since 1970. */
export interface RuleView {
	readonly name: string;
	/** What makes it decide for on: the median of the votes, or so many of them, below a limit. */
	readonly test:
		| { readonly kind: "median"; readonly below: number; readonly hysteresis: number }
		| {
				readonly kind: "atLeast";
				readonly count: number;
				readonly below: number;
				readonly hysteresis: number;
		  };
	/** How many votes it needs, and what happens with fewer. */
	readonly quorum: number;
	readonly otherwise: "keep" | "on" | "off";
	/** The devices that it commands. */
	readonly commands: readonly string[];
	readonly votes: readonly VoteView[];
	/** Of those who have a vote; absent without votes. */
	readonly median?: number;
	/** What it has decided, and since when; absent before the first decision. */
	readonly on?: boolean;
	readonly since?: number;
	/** What the decision rests on: the votes, too few of them, or a minimum time that goes on. */
	readonly reason: "votes" | "quorum" | "minimum-time";
	/** What keeps it from deciding otherwise, and until when. */
	readonly waits?: {
		readonly for: "link" | "votes" | "minimum-on" | "minimum-off";
		readonly until?: number;
	};
}

/** Trouble that can be switched on. */
export type FaultName = "wifi-off" | "broker-down" | "half-open" | "latency" | "power-cut" | "storage-full";

/** Where a simulated device's light comes from. */
export type SourceName = "day" | "csv" | "hand";

/** Who switched the LED last: a server, the device by its own rule, or a person. */
export type Decider = "server" | "device" | "hand";

/** Readings in a device's outbox, and those of them, since its start, that the server will not get from it. */
export interface OutboxView {
	/** How many wait to be sent, or for their answer. While late ones are sent, a count: the device tells when none is left. */
	readonly pending: number;
	/** The outbox was full, or they were too old. */
	readonly dropped: number;
	/** The broker closes the connection on them. */
	readonly setAside: number;
	/** Damage of the storage took them. */
	readonly lost: number;
}

/** A property of a twin. */
export interface TwinPropertyView {
	readonly name: string;
	/** As JSON, at most 200 characters; of a longer one the beginning, and an ellipsis. */
	readonly value: string;
	/** How the device has taken the desired value over, by IoT Plug and Play: 200 done, 203 its own, 400 and more refused. */
	readonly ack?: { readonly status: number; readonly version?: number; readonly reason?: string };
}

/** Desired or reported properties. */
export interface TwinSectionView {
	readonly version?: number;
	readonly properties: readonly TwinPropertyView[];
	/** How many there are beyond those. */
	readonly more?: number;
}

/** A device's twin as the device has seen it: a section is absent until the hub has told of it. */
export interface TwinView {
	readonly desired?: TwinSectionView;
	readonly reported?: TwinSectionView;
}

/** What is known of a device of an Azure IoT Hub besides. */
export interface HubView {
	/** Below this light its telemetry says `lightAlert=true`. */
	readonly alertBelow: number;
	readonly twin: TwinView;
}

/** A device as it is now. */
export interface DeviceView {
	readonly id: string;
	/** simulated: by this process, on this engine; remote: any device on the broker, of which only the messages are seen. */
	readonly kind: "simulated" | "remote";
	readonly engine?: "node" | "xs" | "arm" | "wio";
	/** simulated: the device's own; remote: from its status topic, online or offline. */
	readonly link?: LinkView;
	/** The sensor whose readings are shown as light, where it has another name. */
	readonly sensor?: string;
	/** What the sensor measures now (simulated), else the last reading. */
	readonly light?: number;
	readonly range: { readonly minimum: number; readonly maximum: number };
	/** What the LED does: the device's event, or its state topic. */
	readonly led?: boolean;
	/** By its state topic; absent before anybody has switched it. */
	readonly decidedBy?: Decider;
	/** The device decides about its LED itself, and why (simulated only). */
	readonly fallback?: "offline" | "silent";
	/** Absent until the device tells of it, as one that keeps no readings never does (simulated only). */
	readonly outbox?: OutboxView;
	/** simulated only */
	readonly source?: SourceName | "other";
	/** To choose from. */
	readonly sources: readonly SourceName[];
	/** What the server believes: the last reading, when it came, the last command. Of a hub: what was sent to it. */
	readonly believed: { readonly light?: number; readonly at?: number; readonly led?: boolean };
	/** The device is at an Azure IoT Hub, in place of broker and server. */
	readonly hub?: HubView;
	/** A person's command, instead of the rule. */
	readonly hold?: { readonly led: boolean; readonly until: number };
	readonly faults: readonly { readonly name: FaultName; readonly since: number }[];
	/** Which can be switched on here (empty for remote). */
	readonly possible: readonly FaultName[];
}

/** The light at a time. */
export interface Sample {
	readonly t: number;
	readonly light: number;
	readonly led?: boolean;
}

/** A row of the ladder. One that comes again with the same `n` replaces the earlier one. */
export type Rung =
	| {
			readonly n: number;
			readonly t: number;
			readonly kind: "packet";
			readonly from: Lane;
			readonly to: Lane;
			/** CONNECT, PUBLISH, … */
			readonly type: string;
			readonly topic?: string;
			readonly label?: string;
			readonly qos?: 0 | 1 | 2;
			readonly retain?: boolean;
			readonly dup?: boolean;
			readonly id?: number;
			/** As text or 0x…, at most 200 characters; of a longer one the beginning, and an ellipsis. */
			readonly payload?: string;
			/** The property bag of a message to or from an Azure IoT Hub: `name=value` each. */
			readonly properties?: readonly string[];
			/** The first 64 bytes of the packet; a password in CONNECT is replaced. */
			readonly hex: string;
			/** Bytes of the packet. */
			readonly length: number;
			readonly lost?: true;
			/** Why it is refused, in words. */
			readonly refused?: string;
	  }
	| {
			readonly n: number;
			readonly t: number;
			readonly kind: "note";
			readonly lane: Lane;
			readonly text: string;
			readonly tone: "plain" | "bad" | "led";
	  };

/** A device in the grid. */
export interface Summary {
	readonly id: string;
	readonly light?: number;
	/** Where the light is between the least and the most of its sensor, 0 to 1. */
	readonly share?: number;
	readonly led?: boolean;
	readonly link?: string;
	readonly trouble: boolean;
}

/** What the service pushes: each is the data of one server-sent event. `hello` is the first. */
export type Push =
	| {
			readonly type: "hello";
			readonly version: 1;
			readonly broker: string;
			readonly ownBroker: boolean;
			/** Whether it is an Azure IoT Hub. */
			readonly hub?: true;
			readonly rule: Rule;
			/** Absent with a hub. */
			readonly server?: LinkView;
			/** Those of the rule file: all, or those that ask or command the device. */
			readonly rules?: readonly RuleView[];
			/** How many devices there are. */
			readonly count: number;
			readonly now: number;
			readonly device?: DeviceView;
			readonly samples?: readonly Sample[];
			/** Readings that came late, at the times at which they were measured. */
			readonly late?: readonly Sample[];
			readonly rungs?: readonly Rung[];
			readonly all?: readonly Summary[];
	  }
	| { readonly type: "device"; readonly device: DeviceView }
	| { readonly type: "server"; readonly server: LinkView }
	/** All that `hello` had, as they are now. */
	| { readonly type: "rules"; readonly rules: readonly RuleView[] }
	/** How many devices there are by now. */
	| { readonly type: "count"; readonly count: number }
	| { readonly type: "sample"; readonly sample: Sample }
	/** A reading came late, from the time at which it was measured. */
	| { readonly type: "late"; readonly sample: Sample }
	| { readonly type: "rungs"; readonly rungs: readonly Rung[] }
	/** Those that changed. */
	| { readonly type: "summaries"; readonly all: readonly Summary[] };

/** What a person does: the body of `POST /api/act`. */
export type Act =
	/** The slider; makes the source "hand". */
	| { readonly act: "light"; readonly device: string; readonly value: number }
	| { readonly act: "source"; readonly device: string; readonly source: SourceName }
	/** null: the rule decides again. */
	| { readonly act: "hold"; readonly device: string; readonly led: boolean | null }
	/** Whatever is in the field, sent as it is. */
	| { readonly act: "command"; readonly device: string; readonly text: string }
	| { readonly act: "fault"; readonly device: string; readonly fault: FaultName; readonly on: boolean };

/** The answer to `GET /api/key`. */
export interface KeyWanted {
	/** Whether this browser is to give the key, by `POST /api/key` with `GivenKey`, before it is told anything. */
	readonly wanted: boolean;
}

/** What somebody takes for the key. */
export interface GivenKey {
	readonly key: string;
}
