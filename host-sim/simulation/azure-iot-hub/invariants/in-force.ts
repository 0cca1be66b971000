import type { JsonValue } from "../../../azure-iot-hub/core/hub.js";
import { readSaid } from "../../invariants/said-reading.js";
import type { HubWorldEvent } from "../events.js";
import { recovered } from "./calm.js";
import {
	type HubDeviceView,
	type HubInvariant,
	type HubWorldView,
	type Measured,
	Violation,
} from "./invariant.js";

/** Milliseconds after which what was reported shows in what a device does. */
const SHOWS = 15_000;

/** What one device does. */
class Doings {
	/** When it measured, the last two times. */
	measured: readonly number[] = [];
	/** What its last reading was, and whether it says that it is dark. */
	light: number | undefined;
	alert: JsonValue | undefined;
	/** When its twin, its LED or its power changed. */
	changedAt = 0;
}

/** What a device reports to be in force is: how often it measures, and below which light it warns. */
export class InForce implements HubInvariant {
	readonly name = "the settings that a device reports are in force";
	readonly #devices = new Map<string, Doings>();

	onMeasured(device: string, { time }: Measured): void {
		const doings = this.#doingsOf(device);
		doings.measured = [...doings.measured.slice(-1), time];
	}

	onEvent(time: number, event: HubWorldEvent): void {
		if (event.source === "power") this.#doingsOf(event.device).changedAt = time;
		if (event.source !== "hub" || event.isRival) return;
		const doings = this.#doingsOf(event.device);
		const { told } = event;
		if (told.event === "twin-reported" || told.event === "twin-desired") doings.changedAt = time;
		if (told.event !== "telemetry" || told.isWill) return;
		const light = readSaid(told.payload)?.light;
		if (light === undefined) return;
		doings.light = light;
		doings.alert = told.application.lightAlert;
	}

	check(world: HubWorldView): void {
		for (const device of recovered(world)) {
			const doings = this.#doingsOf(device.id);
			if (world.time - doings.changedAt > SHOWS) this.#compare(device, doings);
		}
	}

	#compare({ id, config, twin }: HubDeviceView, { measured, light, alert }: Doings): void {
		const { telemetryInterval, threshold } = twin.reported;
		const [interval, limit] = [settingOf(telemetryInterval), settingOf(threshold)];
		const [before = 0, last = 0] = measured;
		// Without an outbox a device measures only while it is online, and begins with each connection.
		const isSteady = config.outbox.policy !== "latest";
		if (interval !== undefined && isSteady && last - before !== interval)
			this.#fail(id, `reports an interval of ${interval} ms, and measures after ${last - before} ms`);
		if (limit !== undefined && light !== undefined && alert !== String(light < limit))
			this.#fail(id, `reports a threshold of ${limit}, and at ${light} says lightAlert=${alert}`);
	}

	#doingsOf(device: string): Doings {
		const doings = this.#devices.get(device) ?? new Doings();
		this.#devices.set(device, doings);
		return doings;
	}

	#fail(device: string, message: string): never {
		throw new Violation(this.name, `${device}: ${message}`);
	}
}

/** The value of a setting, if it is the one in force. */
function settingOf(reported: JsonValue | undefined): number | undefined {
	const { value, ac } = (reported ?? {}) as { value?: JsonValue; ac?: number };
	return ac !== 400 && typeof value === "number" ? value : undefined;
}
