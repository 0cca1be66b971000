import type { Digital, DigitalConstructor, DigitalOptions, HostProvider } from "../../firmware/ecma-419.js";
import type { Host } from "../../firmware/host.js";
import type { AccessPoint } from "./access-point.js";
import { CoProcessor, type CoProcessorOptions } from "./chip.js";
import { createSerial } from "./serial.js";
import { hostStack } from "./stack-host.js";

/** The pin that switches the radio on, by its name and as what it is. */
const ENABLE = "radioEnable";

/** What a simulated radio hears of, beside the network of its host. */
export interface RadioOptions
	extends Pick<CoProcessorOptions, "version" | "bootTime" | "times">,
		Pick<Parameters<typeof hostStack>[0], "timeServer"> {
	readonly accessPoints: readonly AccessPoint[];
}

/** A host with a simulated RTL8720DN on its serial port: the firmware reaches the host's own network through it. */
export function withSimulatedRadio(host: Host, options: RadioOptions): { host: Host; chip: CoProcessor } {
	const { timeServer, ...rest } = options;
	const time = { timer: host.timer, now: () => host.now() };
	const chip = new CoProcessor({
		...rest,
		...time,
		random: () => host.random(),
		stack: hostStack({ host, timeServer }),
	});
	const { device } = host;
	const io = { ...device.io, Digital: withEnable(device.io.Digital, chip), Serial: createSerial(chip, time) };
	const board: HostProvider = { ...device, io, pin: { ...device.pin, [ENABLE]: ENABLE } };
	return { chip, host: onBoard(host, board) };
}

/** The same host with another board; it may be an instance of a class. */
const onBoard = (host: Host, device: HostProvider): Host => ({
	device,
	timer: host.timer,
	engine: host.engine,
	now: () => host.now(),
	date: () => host.date(),
	random: () => host.random(),
	hmacSha256: (key, text) => host.hmacSha256(key, text),
	restart: () => host.restart(),
	report: (event) => host.report(event),
});

/** The class of a board's pins, one of which is the chip's enable pin. */
function withEnable(Base: DigitalConstructor, chip: CoProcessor): DigitalConstructor {
	class Enable implements Digital {
		constructor({ initialValue }: DigitalOptions) {
			if (initialValue !== undefined) this.write(initialValue);
		}

		write(level: 0 | 1): void {
			chip.setPower(level);
		}

		/** The pin keeps its level. */
		close(): void {}
	}
	// It is called with `new`.
	function create(options: DigitalOptions): Digital {
		return options.pin === ENABLE ? new Enable(options) : new Base(options);
	}
	return Object.assign(create, { Output: Base.Output }) as unknown as DigitalConstructor;
}
