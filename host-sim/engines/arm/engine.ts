import type { Config } from "../../../firmware/config.js";
import type { Host } from "../../../firmware/host.js";
import { type Guest, type GuestOptions, hasRadioOf, startGuest } from "../guest.js";
import { type ArmImage, armImage } from "./build.js";
import { type ArmMeter, Bridge } from "./protocol.js";
import { Qemu, type QemuOptions } from "./qemu.js";

/** The firmware, running as an image for a Cortex-M4. */
export interface ArmDevice extends Guest<ArmMeter> {
	/** What was in use with all modules loaded, before the firmware was started; its turn began with the reset. */
	readonly baseline: ArmMeter;
	/** What is in use when all that is no longer needed has been collected; XS takes two collections. */
	collect(): Promise<ArmMeter>;
}

export interface ArmOptions extends QemuOptions, GuestOptions<ArmMeter> {
	/** Another image than the firmware's own. */
	readonly image?: Pick<ArmImage, "elf"> & Partial<ArmImage>;
}

/**
 * Starts the nightlight as an ARM image in QEMU, over `host`.
 * @throws EngineError when the image cannot be built, or the firmware does not start
 */
export async function startOnArm(host: Host, config: Config, options: ArmOptions): Promise<ArmDevice> {
	const profile = config.azure.connectionString === undefined ? "mqtt" : "azure-iot-hub";
	const hasRadio = hasRadioOf(host);
	const { elf, explain } = options.image ?? (await armImage({ log: options.log, profile, hasRadio }));
	let baseline: ArmMeter | undefined;
	const guest = await startGuest(
		{
			name: "ARM",
			open: (answer, onEnd) => new Qemu(elf, answer, onEnd, { ...(explain && { explain }), ...options }),
			prepare: async (_, control) => {
				baseline = await control(Bridge.COLLECT);
			},
		},
		host,
		config,
		options,
	);
	return {
		...guest,
		baseline: baseline as ArmMeter,
		collect: async () => {
			await guest.control(Bridge.COLLECT);
			return guest.control(Bridge.COLLECT);
		},
	};
}
