import { pinsOf } from "../../../firmware/boards/native/pins.js";
import { Control } from "../../../firmware/boards/native/seam.js";
import type { Config } from "../../../firmware/config.js";
import type { Host } from "../../../firmware/host.js";
import { EngineError } from "../failure.js";
import { NativeServer } from "../native-server.js";
import { armImage } from "./build.js";
import { type ArmMeter, Bridge } from "./protocol.js";
import { Qemu, type QemuOptions } from "./qemu.js";

/** The firmware, running as an image for a Cortex-M4. */
export interface ArmDevice {
	/** What was in use with all modules loaded, before the firmware was started. */
	readonly baseline: ArmMeter;
	/** Takes it off line and ends the engine. */
	stop(): Promise<void>;
	/** Resolves when the firmware has taken every event so far. */
	settled(): Promise<unknown>;
	/** What an event that only calls out and back takes: the cost of the way itself. */
	nothing(): Promise<ArmMeter>;
	/** What is in use when all that is no longer needed has been collected. */
	collect(): Promise<ArmMeter>;
}

export interface ArmOptions extends QemuOptions {
	/** Hears why, when the firmware throws or the engine ends. */
	readonly onFailure: (reason: string) => void;
	/** Hears lines for people. */
	readonly log: (line: string) => void;
	/** Hears what each event took. */
	readonly onMeter?: (kind: number, meter: ArmMeter) => void;
	/** Another image than the firmware's own. */
	readonly elf?: string;
}

/**
 * Starts the nightlight as an ARM image in QEMU, over `host`: its sockets, pins, timers and storage
 * are the host's.
 * @throws EngineError when the image cannot be built, or the firmware does not start
 */
export async function startOnArm(host: Host, config: Config, options: ArmOptions): Promise<ArmDevice> {
	const elf = options.elf ?? (await armImage({ log: options.log })).elf;
	let onStopped = () => {};
	const stopped = new Promise<void>((resolve) => {
		onStopped = resolve;
	});
	let hasStarted = false;
	let failure: string | undefined;
	const qemu = new Qemu(
		elf,
		(call) => server.answer(call),
		(reason) => {
			failure = reason;
			server.close();
			onStopped();
			if (hasStarted) options.onFailure(reason);
		},
		options,
	);
	const take = async (kind: number, turn: Promise<ArmMeter>): Promise<ArmMeter> => {
		const meter = await turn;
		options.onMeter?.(kind, meter);
		return meter;
	};
	const send = (event: Uint8Array): void => {
		// `onFailure` hears of it.
		take(event[0] as number, qemu.event(event)).catch(() => {});
	};
	const server = new NativeServer(host, pinsOf(config), send, () => onStopped());
	let baseline: ArmMeter;
	try {
		baseline = await qemu.event(server.event(Bridge.COLLECT));
		const event = server.event(Control.START, 0, 0, JSON.stringify(config));
		await take(Control.START, qemu.event(event));
	} catch (error) {
		server.close();
		qemu.close();
		throw new EngineError(`the firmware does not start on ARM: ${failure ?? (error as Error).message}`);
	}
	hasStarted = true;
	return {
		baseline,
		stop: async () => {
			send(server.event(Control.STOP));
			await stopped;
			await qemu.settled();
			server.close();
			qemu.close();
		},
		settled: () => qemu.settled(),
		nothing: () => qemu.event(server.event(Control.NOTHING)),
		collect: () => qemu.event(server.event(Bridge.COLLECT)),
	};
}
