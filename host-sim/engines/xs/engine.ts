import { pinsOf } from "../../../firmware/boards/native/pins.js";
import { Control } from "../../../firmware/boards/native/seam.js";
import type { Config } from "../../../firmware/config.js";
import type { Host } from "../../../firmware/host.js";
import { EngineError } from "../failure.js";
import { NativeServer } from "../native-server.js";
import { xsWorker } from "./build-worker.js";
import { bundleGuest } from "./bundle.js";
import { type Meter, XsWorker } from "./worker.js";

/** The firmware, running in XS. */
export interface XsDevice {
	/** Takes it off line and ends the engine. */
	stop(): Promise<void>;
	/** Resolves when the firmware has taken every event so far. */
	settled(): Promise<unknown>;
	/** What an event that only calls out and back takes: the cost of the way itself. */
	nothing(): Promise<Meter>;
	/** Runs a script in the engine: to look at it. */
	evaluate(script: string): Promise<Meter>;
}

export interface XsOptions {
	/** Hears why, when the firmware throws or the engine ends. */
	readonly onFailure: (reason: string) => void;
	/** Hears lines for people. */
	readonly log: (line: string) => void;
	/** Hears what each event took. */
	readonly onMeter?: (kind: number, meter: Meter) => void;
}

/**
 * Starts the nightlight in XS on Linux, over `host`: its sockets, pins, timers and storage are the
 * host's.
 * @throws EngineError when the engine cannot be compiled, or the firmware does not start
 */
export async function startOnXs(host: Host, config: Config, options: XsOptions): Promise<XsDevice> {
	const [program, script] = await Promise.all([xsWorker(options.log), bundleGuest()]);
	let onStopped = () => {};
	const stopped = new Promise<void>((resolve) => {
		onStopped = resolve;
	});
	let hasStarted = false;
	const worker = new XsWorker(
		program,
		(call) => server.answer(call),
		(reason) => {
			server.close();
			onStopped();
			if (hasStarted) options.onFailure(reason);
		},
	);
	const send = (event: Uint8Array): Promise<void> =>
		worker.event(event).then(
			(meter) => options.onMeter?.(event[0] as number, meter),
			// `onFailure` has heard of it.
			() => {},
		);
	const server = new NativeServer(host, pinsOf(config), send, () => onStopped());
	try {
		await worker.evaluate(script);
		const meter = await worker.event(server.event(Control.START, 0, 0, JSON.stringify(config)));
		options.onMeter?.(Control.START, meter);
	} catch (error) {
		server.close();
		worker.close();
		throw new EngineError(`the firmware does not start on XS: ${(error as Error).message}`);
	}
	hasStarted = true;
	return {
		stop: async () => {
			await send(server.event(Control.STOP));
			await stopped;
			await worker.settled();
			server.close();
			worker.close();
		},
		settled: () => worker.settled(),
		nothing: () => worker.event(server.event(Control.NOTHING)),
		evaluate: (text) => worker.evaluate(text),
	};
}
