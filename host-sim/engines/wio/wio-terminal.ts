import type { Host } from "../../../firmware/host.js";
import { CoProcessor, type CoProcessorOptions } from "../../co-processor/chip.js";
import { hostStack } from "../../co-processor/stack-host.js";
import { Lcd } from "./lcd.js";
import type { WioEnd, WioEvent } from "./messages.js";
import { type Segment, Wio } from "./wio.js";

/** What is around an emulated board. */
export interface WioTerminalOptions
	extends Pick<CoProcessorOptions, "accessPoints" | "version" | "bootTime" | "times"> {
	/** What is flashed. */
	readonly segments: readonly Segment[];
	/** For the chip's random numbers. */
	readonly seed?: number;
	/** The network behind the radio, the time, and chance: real ones or a world's. */
	readonly host: Host;
	/** The name under which the network has a time server. */
	readonly timeServer: string;
	/** Light on the sensor, as a share of the converter's range, 0 to 1. */
	readonly light: () => number;
	/** Hears each line of the board's log. */
	readonly onLine: (line: string) => void;
	/** Hears a change of a pin that the board drives, `PB08` is the LED; `time` is in milliseconds since it was made. */
	readonly onPin?: (pin: string, level: 0 | 1 | "z", time: number) => void;
	/** Hears that the emulator is being compiled. */
	readonly log: (line: string) => void;
}

/** Nanoseconds in a millisecond. */
const MILLISECOND = 1e6;
/** Volts at the top of the converter's range. */
const FULL_SCALE = 3.3;

const LIGHT_PIN = "PD01";
const ENABLE_PIN = "PA18";
const RADIO = 0;
const LOG = 2;

/**
 * A whole Wio Terminal: the emulated chip with what is flashed on it, and a simulated radio on its serial port. The
 * chip's time follows the host's, a millisecond at a time.
 */
export class WioTerminal {
	readonly radio: CoProcessor;
	readonly screen = new Lcd();
	readonly #wio: Wio;
	readonly #options: WioTerminalOptions;
	#gone = 0;
	#line = "";
	#light = -1;
	#end: WioEnd | undefined;

	private constructor(wio: Wio, options: WioTerminalOptions) {
		this.#wio = wio;
		this.#options = options;
		const { host, timeServer } = options;
		this.radio = new CoProcessor({
			...options,
			timer: host.timer,
			now: () => host.now(),
			random: () => host.random(),
			stack: hostStack({ host, timeServer }),
		});
		this.radio.onSend = (bytes, baud) => wio.receive(RADIO, this.#gone * MILLISECOND, baud, bytes);
	}

	/** @throws EngineError when the emulator cannot be built */
	static async start(options: WioTerminalOptions): Promise<WioTerminal> {
		const { segments, seed = 0, log } = options;
		return new WioTerminal(await Wio.start({ segments, seed, log }), options);
	}

	/** Why the program cannot go on; `undefined` while it can. */
	get end(): string | undefined {
		return this.#end?.reason;
	}

	/** Milliseconds for which the chip has run. */
	get gone(): number {
		return this.#gone;
	}

	/** Lets the chip run for some milliseconds more, a whole number: what it sends the radio hears at their end. */
	async step(milliseconds = 1): Promise<void> {
		this.#look();
		this.#gone += milliseconds;
		await this.#run(false);
	}

	/**
	 * Lets the chip run for some milliseconds more at most: to the end of the one in which a byte goes out or a pin
	 * changes. Returns how many these are.
	 */
	async stepToOutput(milliseconds: number): Promise<number> {
		this.#look();
		const before = this.#gone;
		this.#gone += milliseconds;
		const end = await this.#run(true);
		if (end.kind === "end" || end.reason === "time") return milliseconds;
		this.#gone = Math.max(before + 1, Math.ceil(end.time / MILLISECOND));
		await this.#run(false);
		return this.#gone - before;
	}

	/** The chip measures the light as it is now. */
	#look(): void {
		const light = this.#options.light();
		if (light !== this.#light) this.#wio.setVoltage(LIGHT_PIN, light * FULL_SCALE);
		this.#light = light;
	}

	async #run(pausesOnOutput: boolean): Promise<WioEnd> {
		const { events, end } = await this.#wio.run(this.#gone * MILLISECOND, pausesOnOutput);
		for (const event of events) this.#take(event);
		if (end.kind === "end") this.#end = end;
		return end;
	}

	/** Presses a button ("PC26" is A) or lets go of it. */
	press(pin: string, isDown: boolean): void {
		this.#wio.setPin(pin, isDown ? 0 : "z");
	}

	/** Cuts the power and gives it back. */
	powerCut(): void {
		this.radio.setPower(0);
		this.#wio.powerCut();
		this.#line = "";
	}

	/** What flash, RAM or the external flash hold. */
	readMemory(address: number, length: number): Promise<Uint8Array> {
		return this.#wio.readMemory(address, length);
	}

	close(): void {
		this.radio.setPower(0);
		this.#wio.close();
	}

	#take(event: WioEvent): void {
		switch (event.kind) {
			case "byte":
				if (event.sercom === RADIO) this.radio.receive(Uint8Array.of(event.byte), event.baud);
				else if (event.sercom === LOG) this.#heard(event.byte);
				return;
			case "pin":
				if (event.pin === ENABLE_PIN) this.radio.setPower(event.level === 1 ? 1 : 0);
				return this.#options.onPin?.(event.pin, event.level, event.time / MILLISECOND);
			case "lcd":
				return this.screen.take(event);
			case "fault":
				return this.#options.log(`The chip took a fault: ${event.text}`);
			case "reset":
				// What it was saying has no end.
				this.#line = "";
		}
	}

	/** A byte of the log; its lines are ASCII or UTF-8. */
	#heard(byte: number): void {
		if (byte !== 10) {
			this.#line += String.fromCharCode(byte);
			return;
		}
		this.#options.onLine(Buffer.from(this.#line, "latin1").toString("utf8"));
		this.#line = "";
	}
}
