import { NO_READINGS } from "../../server/telemetry.js";
import type { SourcedEvent } from "./events.js";

/** What is known of a device. */
interface Known {
	/** Whether it runs in this process; else it is known by its messages. */
	isSimulated: boolean;
	link?: string;
	led?: boolean;
	readings: readonly (readonly [name: string, value: number])[];
	/** The last command, as the server sent it and as the device got it. */
	readonly commands: { sent?: string; command?: string };
}

/** What is heard of a device beside its readings and commands. */
export interface Hearsay {
	readonly isOnline?: boolean;
	readonly led?: boolean;
}

/** Devices that are told apart: on a public broker anybody can make up ids. */
const MOST_DEVICES = 1000;

/** A run in one line: the newest readings of the only device, or how many devices there are; how many messages. */
export class Tally {
	readonly #expected: number;
	readonly #devices = new Map<string, Known>();
	/** The state of the server's link. */
	#server: string | undefined;
	#messages = 0;

	/** @param expected how many devices run in this process, at least */
	constructor(expected = 1) {
		this.#expected = expected;
	}

	/**
	 * Takes an event into account.
	 * @returns whether the line says of it what people want to know: it is a message with readings, or the same
	 * command as before; of several devices also each other command, the LED, and a link without a failure
	 */
	take(event: SourcedEvent): boolean {
		const areSeveral = this.#expected > 1;
		switch (event.event) {
			case "link":
				if (event.source === "server") this.#server = event.state;
				if (event.source !== "device") return false;
				this.#simulated(event.device).link = event.state;
				return areSeveral && event.code === undefined;
			case "led":
				this.#simulated(event.device).led = event.on;
				return areSeveral;
			case "telemetry":
				this.#read(this.#simulated(event.device), event.payload);
				return true;
			case "received": {
				const device = this.#known(event.device);
				if (!device.isSimulated) this.#read(device, event.payload);
				return true;
			}
			case "sent":
			case "command": {
				if (event.device === undefined) return false;
				const { commands } = this.#known(event.device);
				const [before, now] = [commands[event.event], JSON.stringify(event.payload)];
				commands[event.event] = now;
				return areSeveral || now === before;
			}
			default:
				return false;
		}
	}

	/** Takes what is heard of a device beside its readings and commands. */
	hear(id: string, { isOnline, led }: Hearsay): void {
		const device = this.#known(id);
		if (isOnline !== undefined) device.link = isOnline ? "online" : "offline";
		if (led !== undefined) device.led = led;
	}

	/** How things are. It may hold a stranger's text. */
	get line(): string {
		const links = [...this.#devices.values()].flatMap(({ link }) => link ?? []);
		const isOne = this.#count === 1;
		const isTold = links.length > 0 && this.#server === "online";
		return [
			links.length > 0 && !isOne
				? `${links.filter((link) => link === "online").length} of ${this.#count} devices online`
				: this.#subject,
			messages(this.#messages),
			...(isOne ? links.map((link) => `link ${link}`) : []),
			...(this.#server === undefined || isTold ? [] : [`server ${this.#server}`]),
		].join(", ");
	}

	/** What there was to tell when all is over: the line without the links. It may hold a stranger's text. */
	get summary(): string {
		return [this.#subject, messages(this.#messages)].join(", ");
	}

	get #count(): number {
		return Math.max(this.#devices.size, this.#expected);
	}

	/** The only device, or how many there are. */
	get #subject(): string {
		if (this.#count > 1) return `${this.#count} devices`;
		const [only] = this.#devices.values();
		if (only === undefined) return "no device yet";
		const { readings, led } = only;
		const shown = readings.map(([name, value]) => `${name} ${value}`);
		return (
			[...shown, ...(led === undefined ? [] : [`LED ${led ? "on" : "off"}`])].join(", ") || "no reading yet"
		);
	}

	#read(device: Known, payload: Readonly<Record<string, unknown>>): void {
		this.#messages++;
		// One that was sent late does not say how it is now.
		if (payload.late === true) return;
		const isReading = (field: [string, unknown]): field is [string, number] =>
			typeof field[1] === "number" && !NO_READINGS.includes(field[0]);
		device.readings = Object.entries(payload).filter(isReading);
	}

	#simulated(id: string): Known {
		const device = this.#known(id);
		device.isSimulated = true;
		return device;
	}

	#known(id: string): Known {
		const known = this.#devices.get(id);
		if (known !== undefined) return known;
		const device: Known = { isSimulated: false, readings: [], commands: {} };
		if (this.#devices.size < MOST_DEVICES) this.#devices.set(id, device);
		return device;
	}
}

const messages = (count: number): string => `${count} ${count === 1 ? "message" : "messages"}`;
