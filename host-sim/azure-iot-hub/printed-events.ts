import type { HubEvent } from "./core/hub.js";
import type { RejectionCode } from "./transports.js";

type Telemetry = Extract<HubEvent, { event: "telemetry" }>;

/** What a hub that runs tells: what its core does, with bodies as text, and what its ports do. */
export type HubPrintedEvent =
	| Exclude<HubEvent, Telemetry>
	| (Omit<Telemetry, "body"> & {
			readonly bytes: number;
			readonly encoding: "utf-8" | "hex";
			readonly payload: string;
	  })
	/** It listens, for one protocol. */
	| {
			readonly event: "listening";
			readonly protocol: "mqtts" | "https";
			readonly host: string;
			readonly port: number;
			readonly loopback: boolean;
	  }
	/** An identity can connect with what these files have. */
	| {
			readonly event: "identity";
			readonly device: string;
			readonly module?: string;
			readonly file: string;
			readonly cert?: string;
			readonly key?: string;
	  }
	/** A connection ended before there was any MQTT. */
	| {
			readonly event: "rejected";
			readonly address: string;
			readonly code: RejectionCode;
			readonly reason: string;
	  };

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** An event of the core as it is printed: a body that is no UTF-8 in hexadecimal. */
export function printed(event: HubEvent): HubPrintedEvent {
	if (event.event !== "telemetry") return event;
	const { body, ...rest } = event;
	let text: string | undefined;
	try {
		text = UTF_8.decode(body);
	} catch {
		// It is no text.
	}
	return {
		...{ ...rest, bytes: body.length },
		...(text === undefined
			? { encoding: "hex", payload: Buffer.from(body).toString("hex") }
			: { encoding: "utf-8", payload: text }),
	};
}
