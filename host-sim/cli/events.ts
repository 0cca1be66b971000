import type { DeviceEvent } from "../../firmware/events.js";
import type { ServerEvent } from "../../server/events.js";
import type { HubPrintedEvent } from "../azure-iot-hub/printed-events.js";
import type { BrokerEvent } from "../broker/events.js";
import type { HostEvent } from "../host-event.js";

/** Where an event comes from, and the event. */
export type SourcedEvent =
	| ({ source: "device"; device: string } & (DeviceEvent | HostEvent | CertificateEvent))
	| ({ source: "server" } & (ServerEvent | CertificateEvent))
	| ({ source: "broker" } & (BrokerEvent | CertificateEvent))
	| ({ source: "page" } & PageEvent)
	| ({ source: "watch" } & WatchEvent)
	| ({ source: "send" } & SendEvent)
	| ({ source: "command" } & CommandEvent);

/** At the start: a certificate in use ends soon, or has ended. `expires` in ISO 8601. */
export interface CertificateEvent {
	event: "certificate";
	certificate: "own" | "ca";
	expires: string;
}

/** The link of a program that is a client of the broker, as the server's is. */
type LinkEvent = Extract<ServerEvent, { event: "link" }>;

/** What the page tells: it can be opened at `url`. All parts are online, or a link has failed. */
export interface PageEvent {
	event: "page";
	url: string;
}

/** What `watch` tells. */
export type WatchEvent =
	| LinkEvent
	/** A message came; `payload` is text, or bytes in hexadecimal. */
	| {
			event: "message";
			type: "publish";
			topic: string;
			qos: 0 | 1 | 2;
			retain: boolean;
			dup: boolean;
			bytes: number;
			encoding: "utf-8" | "hex";
			payload: string;
	  };

/** What `send` tells. */
export type SendEvent =
	| LinkEvent
	/** The broker has the command. */
	| { event: "sent"; device: string; topic: string; payload: Readonly<Record<string, unknown>> };

/** What `command` tells. */
export type CommandEvent =
	| LinkEvent
	/** The broker has the order, or the command for a group. */
	| (ForWhom & { event: "sent"; topic: string; payload: Readonly<Record<string, unknown>> })
	/** The server `by` has stored the order; that of a group for so many devices. */
	| (ForWhom & { event: "accepted"; id: string; by: string; members?: number })
	/** The order has ended with a device, or the server refuses that of a group; `by`: a server says so, else the device. */
	| (ForWhom & {
			event: "answer";
			id: string;
			status: number;
			payload?: Readonly<Record<string, unknown>>;
			by?: string;
	  });

/** For whom a command is: one of the two. */
interface ForWhom {
	device?: string;
	group?: string;
}

/** What a world that ran came to; `faults`: how often each happened. */
interface WorldResult {
	seed: number;
	/** SHA-256 and lines of its trace. */
	hash: string;
	lines: number;
	faults: Readonly<Record<string, number>>;
}

/** What was replayed; `duration` in milliseconds. */
interface ReplayResult {
	file: string;
	devices: number;
	duration: number;
	crossings: number;
	/** The line at which a recording ends that was cut off. */
	cutOff?: number;
}

/** What a fault of a plan is, by its name in the plan; times in virtual milliseconds. */
interface PlannedFault {
	name: string;
	fault: string;
	target: string;
	at: number;
	duration: number;
}

/** What `simulate` and `replay` tell. */
export type SimulationEvent =
	/** A world passed. */
	| ({ event: "world" } & WorldResult)
	/** A world failed, after `at` virtual milliseconds; `again` and `plan` are of what is left of it. */
	| ({
			event: "failure";
			code: "invariant-broken" | "exception";
			reason: string;
			at: number;
			again: string;
			plan: readonly PlannedFault[];
	  } & WorldResult)
	/** All worlds are done. */
	| { event: "worlds"; done: number; of: number; failed: number; faults: Readonly<Record<string, number>> }
	/** The firmware did the same as in the recording. */
	| ({ event: "replayed" } & ReplayResult)
	/** It did something else than in the recording, at this line of it. */
	| ({
			event: "diverged";
			line: number;
			device: string;
			at: number;
			recorded: string;
			firmware: string;
	  } & ReplayResult);

/** What `doctor` tells of a thing that a target needs. */
export interface DoctorEvent {
	event: "doctor";
	target: string;
	name: string;
	/** What is there; without it, nothing is. */
	found?: string;
	/** Why what is there is not fit, and what to do. */
	wrong?: string;
	/** The line that installs it. */
	install: string;
}

/** What the commands of `hub` tell. */
export type HubServiceEvent =
	/** The hub has the message. */
	| { event: "sent"; device: string; module?: string; messageId: string }
	/** The device answered a method. */
	| { event: "answer"; device: string; module?: string; method: string; status: number; payload: unknown }
	/** The twin as it is now. */
	| { event: "twin"; device: string; module?: string; twin: unknown };

/** Whatever a program prints with `--json`; docs/events.md describes it. */
export type PrintedEvent =
	| SourcedEvent
	| ({ source: "simulation" } & SimulationEvent)
	| ({ source: "hub" } & (HubPrintedEvent | HubServiceEvent))
	| ({ source: "doctor" } & DoctorEvent);

/** An event as a line of `--json`, without its end. */
export function jsonLine({ source, event, ...fields }: PrintedEvent): string {
	return JSON.stringify({ time: new Date().toISOString(), source, event, ...fields });
}
