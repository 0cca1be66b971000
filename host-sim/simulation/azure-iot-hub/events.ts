import type { HubEvent } from "../../azure-iot-hub/core/hub.js";
import type { WorldEvent } from "../trace.js";
import type { HubFault } from "./faults.js";

type Telemetry = Extract<HubEvent, { event: "telemetry" }>;

/** What a hub tells, with bodies as text; ill-formed UTF-8 becomes U+FFFD. */
export type Told = Exclude<HubEvent, Telemetry> | (Omit<Telemetry, "body"> & { readonly payload: string });

/** What a hub tells of one kind. */
export type ToldOf<Name extends Told["event"]> = Extract<Told, { event: Name }>;

/** Something that happened in a world with a hub. */
export type HubWorldEvent =
	| Extract<WorldEvent, { source: "device" | "power" | "light" | "sensor" }>
	/** The hub told something of a device, or of another client that has the device's identity. */
	| { readonly source: "hub"; readonly device: string; readonly isRival: boolean; readonly told: Told }
	/** Somebody sends a message to a device with this text, which is known by this id. */
	| {
			readonly source: "service";
			readonly device: string;
			readonly does: "send";
			readonly id: string;
			readonly text: string;
	  }
	| {
			readonly source: "fault";
			readonly fault: HubFault;
			readonly target: string;
			readonly phase: "once" | "begin" | "end";
	  };
