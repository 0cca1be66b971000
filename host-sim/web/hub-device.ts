import { parseTelemetry, type Reading } from "../../server/telemetry.js";
import { HubConnection } from "./hub-connection.js";
import { deciderOf } from "./led-state.js";
import type { Decider, HubView } from "./protocol.js";
import { Twin } from "./twin.js";

/** Hears what a device and its hub have told each other. */
export interface HubDeviceListener {
	/** A reading was sent to the hub. */
	received(reading: Reading): void;
	/** By the reported properties, who has switched the LED. */
	decided(by: Decider | undefined): void;
	changed(): void;
}

/** The least status of a desired property that the device refuses. */
const REFUSED = 400;

/** A device of an Azure IoT Hub: its twin, and what it sends. */
export class HubDevice {
	#alertBelow: number;
	readonly #listener: HubDeviceListener;
	readonly #twin = new Twin();

	/** @param alertBelow the light below which telemetry says `lightAlert=true`, until the device reports another */
	constructor(alertBelow: number, listener: HubDeviceListener) {
		this.#alertBelow = alertBelow;
		this.#listener = listener;
	}

	get view(): HubView {
		return { alertBelow: this.#alertBelow, twin: this.#twin.view };
	}

	/** A connection begins. */
	connect(): HubConnection {
		return new HubConnection({
			telemetry: (payload) => {
				const read = parseTelemetry(payload, []);
				if (read.kind === "telemetry") this.#listener.received(read);
			},
			twin: (text) => {
				this.#twin.take(text);
				this.#listener.changed();
			},
			desired: (text) => {
				this.#twin.desire(text);
				this.#listener.changed();
			},
			reported: (text, version) => {
				this.#twin.report(text, version);
				this.#reported();
				this.#listener.changed();
			},
		});
	}

	#reported(): void {
		const led = this.#twin.reported("led") as { decidedBy?: unknown } | undefined;
		this.#listener.decided(deciderOf(led?.decidedBy));
		const threshold = this.#twin.reported("threshold") as { value?: unknown; ac?: unknown } | undefined;
		// What the device has refused is not in force.
		if (typeof threshold?.value === "number" && Number(threshold.ac) < REFUSED)
			this.#alertBelow = threshold.value;
	}
}
