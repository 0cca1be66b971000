import type { Host } from "../host.js";
import { Led } from "../peripherals/led.js";
import { pinOf } from "../peripherals/pin.js";
import type { DeviceState } from "../profiles/profile.js";

/** Who switches the LED. */
export type Decider = Exclude<DeviceState["decided_by"], undefined>;

/** The LED, with who switched it last; a change of either is published. */
export class StatefulLed {
	readonly #host: Pick<Host, "report">;
	/** The LED alone: what acts on it beside `set` is not published. */
	readonly output: Led;
	readonly #publish: (state: DeviceState) => void;
	#by: Decider | undefined;

	/** @throws RangeError when the board has no LED */
	constructor(host: Pick<Host, "report" | "device">, publish: (state: DeviceState) => void) {
		const { device } = host;
		this.#host = host;
		this.output = new Led({ io: device.io.Digital, pin: pinOf(device, "led") });
		this.#publish = publish;
	}

	get isOn(): boolean {
		return this.output.on;
	}

	get state(): DeviceState {
		return { led_on: this.output.on, decided_by: this.#by };
	}

	set(on: boolean, by: Decider): void {
		const isChange = on !== this.output.on;
		// The first who decides that the LED stays off says nothing new.
		if (!isChange && (this.#by ?? by) === by) {
			this.#by = by;
			return;
		}
		this.#by = by;
		if (isChange) {
			this.output.on = on;
			this.#host.report({ event: "led", on });
		}
		this.#publish(this.state);
	}

	close(): void {
		this.output.close();
	}
}
