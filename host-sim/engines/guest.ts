import { Control } from "../../firmware/boards/native/seam.js";
import type { Config } from "../../firmware/config.js";
import type { Host } from "../../firmware/host.js";
import type { Pins } from "../pins.js";
import { EngineError } from "./failure.js";
import { encodeEvent, NativeServer } from "./native-server.js";

/** Answers a call of the firmware's native functions, at once. */
export type Answer = (call: Uint8Array) => Uint8Array;

/** A process that runs the firmware. `Meter`: what it counts in a turn. */
export interface Machine<Meter> {
	/**
	 * Hands over an event; events are taken in order, each in a turn of its own.
	 * @param encode gives the event's bytes when its turn has come
	 */
	event(encode: () => Uint8Array): Promise<Meter>;
	/** Resolves when all events so far have been taken. */
	settled(): Promise<unknown>;
	/** Ends the process. */
	close(): void;
}

export interface GuestOptions<Meter> {
	/** Hears why, when the firmware throws or the engine ends. */
	readonly onFailure: (reason: string) => void;
	/** Hears lines for people. */
	readonly log: (line: string) => void;
	/** Hears what each event took. */
	readonly onMeter?: (kind: number, meter: Meter) => void;
}

/** The firmware, running in another engine. */
export interface Guest<Meter> {
	/** Takes it off line and ends the engine. */
	stop(): Promise<void>;
	/** Ends the engine at once, whatever the firmware is at. */
	close(): void;
	/** Resolves when the firmware has taken every event so far. */
	settled(): Promise<unknown>;
	/** What an event that only calls out and back takes: the cost of the way itself. */
	nothing(): Promise<Meter>;
	/** A control event of the engine's own, without arguments. */
	control(kind: number): Promise<Meter>;
}

/** An engine that is to run the firmware. */
export interface Engine<Meter, M extends Machine<Meter>> {
	/** What people call it. */
	readonly name: string;
	/** Starts its process. `onEnd` hears why, when it ends without having been closed. */
	readonly open: (answer: Answer, onEnd: (reason: string) => void) => M;
	/** Makes ready what must be there before the firmware starts. */
	readonly prepare: (machine: M, control: (kind: number) => Promise<Meter>) => Promise<void>;
}

/**
 * Starts the nightlight in another engine, over `host`: its sockets, pins, timers and storage are the
 * host's.
 * @throws EngineError when the firmware does not start
 */
export async function startGuest<Meter, M extends Machine<Meter>>(
	engine: Engine<Meter, M>,
	host: Host,
	config: Config,
	options: GuestOptions<Meter>,
): Promise<Guest<Meter>> {
	let onStopped = () => {};
	const stopped = new Promise<void>((resolve) => {
		onStopped = resolve;
	});
	let hasStarted = false;
	let failure: string | undefined;
	const machine = engine.open(
		(call) => server.answer(call),
		(reason) => {
			failure = reason;
			server.close();
			onStopped();
			if (hasStarted) options.onFailure(reason);
		},
	);
	const take = async (kind: number, encode: () => Uint8Array): Promise<void> => {
		const meter = await machine.event(encode);
		options.onMeter?.(kind, meter);
	};
	// `onFailure` hears of it when that fails.
	const send = (kind: number, encode: () => Uint8Array): void => void take(kind, encode).catch(() => {});
	// They are the engine's own, and the firmware learns nothing of the time by them.
	const control = (kind: number): Promise<Meter> => machine.event(() => encodeEvent(kind, 0, 0, 0, ""));
	const pin = numbersOf(host.device.pin);
	const settings = { config, pin, engine: engine.name.toLowerCase(), radio: hasRadioOf(host) };
	const server = new NativeServer(host, pin, send, () => onStopped());
	try {
		await engine.prepare(machine, control);
		await take(Control.START, () => server.event(Control.START, 0, 0, JSON.stringify(settings)));
	} catch (error) {
		server.close();
		machine.close();
		const reason = failure ?? (error as Error).message;
		throw new EngineError(`the firmware does not start on ${engine.name}: ${reason}`);
	}
	hasStarted = true;
	// It may have ended in the moment that it started.
	if (failure !== undefined) options.onFailure(failure);
	return {
		stop: async () => {
			send(Control.STOP, () => server.event(Control.STOP));
			await stopped;
			await machine.settled();
			machine.close();
			server.close();
		},
		close: () => machine.close(),
		settled: () => machine.settled(),
		nothing: () => control(Control.NOTHING),
		control,
	};
}

/** Whether a board's network is that of a radio on its serial port. */
export const hasRadioOf = ({ device }: Host): boolean => device.io.Serial !== undefined;

/** The numbers of a board's pins by name: their own, or, for those that have none, numbers that no other has. */
function numbersOf(pins: Host["device"]["pin"]): Pins {
	let next = Math.max(-1, ...Object.values(pins).filter((pin) => typeof pin === "number")) + 1;
	return Object.fromEntries(
		Object.entries(pins).map(([name, pin]) => [name, typeof pin === "number" ? pin : next++]),
	);
}
