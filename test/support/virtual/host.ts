import type {
	Analog,
	AnalogOptions,
	Digital,
	DigitalOptions,
	PinSpecifier,
} from "../../../firmware/ecma-419.js";
import type { DeviceEvent, LinkState } from "../../../firmware/events.js";
import type { Host } from "../../../firmware/host.js";
import { WebSocket } from "../../../firmware/websocket/websocket.js";
import { hmacSha256 } from "../../../host-sim/io/hmac.js";
import { sha1 } from "../../firmware/websocket/support.js";
import { VirtualClock } from "./clock.js";
import { VirtualNetwork } from "./network.js";
import { seededRandom } from "./random.js";
import { VirtualStorage } from "./storage.js";

export interface VirtualHostOptions {
	clock?: VirtualClock;
	network?: VirtualNetwork;
	storage?: VirtualStorage;
	/** Pin names of the board, beside `light` and `led`. */
	pins?: Record<string, PinSpecifier>;
	/** Bits of the ADC. */
	resolution?: number;
	/** The device's source of chance; by default one with a fixed seed. */
	random?: () => number;
}

/** A board without hardware: what the firmware runs on in a test. */
export class VirtualHost implements Host {
	readonly clock: VirtualClock;
	readonly network: VirtualNetwork;
	readonly storage: VirtualStorage;
	readonly device: Host["device"];
	readonly engine = "virtual";
	readonly hmacSha256 = hmacSha256;
	readonly random: () => number;
	/** What was reported, in order. */
	readonly events: DeviceEvent[] = [];
	/** Raw readings of the analog inputs, by pin name. */
	readonly analog: Record<string, number> = {};
	/** Values of the digital outputs that are in use, by pin name. */
	readonly digital: Record<string, number> = {};
	/** What the wall clock showed when the virtual clock was made; `undefined`: it is not set. */
	wallClock: number | undefined;
	/** How often the firmware wanted to be started again. */
	restarts = 0;
	/** Called at each report. */
	onReport: (event: DeviceEvent) => void = () => {};

	constructor({ pins, resolution = 10, random = seededRandom(1), ...parts }: VirtualHostOptions = {}) {
		this.clock = parts.clock ?? new VirtualClock();
		this.network = parts.network ?? new VirtualNetwork(this.clock);
		this.storage = parts.storage ?? new VirtualStorage();
		this.random = random;
		const pin: Record<string, PinSpecifier> = { light: "A0", led: "D0", ...pins };
		const board = new Board(pin, resolution, this.analog, this.digital);
		const webSocket = { io: WebSocket, socket: { io: this.network.TCP }, random, sha1 };
		this.device = {
			io: { Analog: board.Analog, Digital: board.Digital, TCP: this.network.TCP },
			pin,
			network: {
				dns: { resolver: this.network.resolver },
				tls: { client: { io: this.network.TCP } },
				ws: { stream: webSocket },
			},
			keyValue: this.storage,
		};
	}

	get timer(): VirtualClock {
		return this.clock;
	}

	now(): number {
		return this.clock.now();
	}

	date(): number | undefined {
		return this.wallClock === undefined ? undefined : this.wallClock + this.clock.elapsed;
	}

	restart(): void {
		this.restarts++;
	}

	report(event: DeviceEvent): void {
		this.events.push(event);
		this.onReport(event);
	}

	/** What was reported of one kind. */
	eventsOf<E extends DeviceEvent["event"]>(kind: E): Extract<DeviceEvent, { event: E }>[] {
		return this.events.filter((event) => event.event === kind) as Extract<DeviceEvent, { event: E }>[];
	}

	/** The states of the link so far. */
	get links(): LinkState[] {
		return this.eventsOf("link").map(({ state }) => state);
	}
}

/** The IO classes of a board; a pin has one user at a time. */
class Board {
	readonly Analog: Host["device"]["io"]["Analog"];
	readonly Digital: Host["device"]["io"]["Digital"];

	constructor(
		pins: Readonly<Record<string, PinSpecifier>>,
		bits: number,
		analog: Record<string, number>,
		digital: Record<string, number>,
	) {
		const taken = new Set<PinSpecifier>();
		const take = (pin: PinSpecifier): string => {
			const name = Object.keys(pins).find((key) => pins[key] === pin);
			if (name === undefined) throw new RangeError(`no pin ${pin}`);
			if (taken.has(pin)) throw new Error(`pin ${pin} is in use`);
			taken.add(pin);
			return name;
		};
		this.Analog = class implements Analog {
			readonly resolution = bits;
			readonly #pin: PinSpecifier;
			readonly #name: string;
			constructor({ pin }: AnalogOptions) {
				this.#name = take(pin);
				this.#pin = pin;
			}
			read(): number {
				return analog[this.#name] ?? 0;
			}
			close(): void {
				taken.delete(this.#pin);
			}
		};
		this.Digital = class implements Digital {
			static readonly Output = 8;
			readonly #pin: PinSpecifier;
			readonly #name: string;
			constructor({ pin, mode, initialValue = 0 }: DigitalOptions) {
				if (mode !== 8) throw new RangeError(`mode ${mode}`);
				this.#name = take(pin);
				this.#pin = pin;
				digital[this.#name] = initialValue;
			}
			write(value: 0 | 1): void {
				digital[this.#name] = value;
			}
			close(): void {
				taken.delete(this.#pin);
				delete digital[this.#name];
			}
		};
	}
}
