/** States of the link to the broker; `securing` is TLS's handshake, `backoff` waits before the next try. */
export type LinkState =
	| "offline"
	| "resolving"
	| "connecting"
	| "securing"
	| "handshaking"
	| "online"
	| "backoff";

/** What a device tells about itself while it runs. */
export type DeviceEvent =
	/** The link changed. `reason` where something went wrong; `delay`: milliseconds to the next try. */
	| { event: "link"; state: LinkState; reason?: string; delay?: number }
	/** A telemetry message was handed over for sending. */
	| { event: "telemetry"; payload: TelemetryPayload }
	/** A command was obeyed. */
	| { event: "command"; payload: Record<string, unknown> }
	/** The LED was switched. */
	| { event: "led"; on: boolean }
	/** A message was not obeyed; `payload` at most 200 characters of it. */
	| { event: "refused"; topic: string; reason: string; payload: string }
	/** The storage failed; what it should have kept lives in memory only. */
	| { event: "storage"; reason: string };

/** Readings by sensor name, and the time of measurement when the configuration asks for it. */
export type TelemetryPayload = Record<string, number | string>;
