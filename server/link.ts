import { backoffDelay } from "./backoff.js";
import {
	type Connection,
	type ConnectionOptions,
	openConnection,
	type ReceivedMessage,
} from "./connection.js";
import type { LinkFailure, ServerLinkState } from "./events.js";
import { TIMING, type Timing } from "./timing.js";

/** The link changed; with what went wrong, and with the milliseconds to the next try. */
export interface LinkChange extends Partial<LinkFailure> {
	readonly state: ServerLinkState;
	readonly delay?: number;
}

type Given = Omit<
	ConnectionOptions,
	"onOnline" | "onMessage" | "onClosed" | "handshakeTimeout" | "keepAlive"
>;

/** What a link is made for. */
export interface LinkOptions extends Given {
	/** Durations other than those of TIMING. */
	readonly timing?: Partial<Timing> | undefined;
	/** Uniform, 0 up to 1; Math.random if left out. */
	readonly random?: (() => number) | undefined;
	/** The delay before the next try, in milliseconds; `backoffDelay` if left out. */
	readonly backoff?: typeof backoffDelay | undefined;
	/** Hears of each change; it must not throw. `connection` is the one that is online. */
	readonly onChange: (change: LinkChange, connection?: Connection) => void;
	/** A message came over `connection`; `next` asks for the following one. */
	readonly onMessage: (message: ReceivedMessage, connection: Connection, next: () => void) => void;
}

/** After so many closings in a row another client with our id is likely: each login throws out the other [MQTT-3.1.4-2]. */
const TWINS = 3;

/** Keeps a connection to a broker: opens one, and after it ended, for whatever reason, the next, until `stop`. */
export class Link {
	readonly #options: LinkOptions;
	readonly #timing: Timing;
	#connection: Connection | undefined;
	#retry: NodeJS.Timeout | undefined;
	/** When it came online, by the monotonic clock; undefined while it is not. */
	#onlineSince: number | undefined;
	#failures = 0;
	/** Closings by the broker in a row, each soon after it was online. */
	#closings = 0;
	#stopping: Promise<void> | undefined;

	/** Begins to connect after it returned: who hears the first change should hold the link already. */
	constructor(options: LinkOptions) {
		this.#options = options;
		this.#timing = { ...TIMING, ...options.timing };
		queueMicrotask(() => this.#connect());
	}

	/** Whether it was told to stop. */
	get isStopping(): boolean {
		return this.#stopping !== undefined;
	}

	/** Disconnects; resolves within two seconds whatever the broker does. Idempotent. */
	stop(): Promise<void> {
		this.#stopping ??= this.#stop();
		return this.#stopping;
	}

	async #stop(): Promise<void> {
		clearTimeout(this.#retry);
		await this.#connection?.close(this.#timing.stopGrace);
		this.#options.onChange({ state: "offline" });
	}

	#connect(): void {
		if (this.isStopping) return;
		this.#options.onChange({ state: "connecting" });
		// Whoever heard that may have stopped it.
		if (this.isStopping) return;
		const connection = openConnection({
			...this.#options,
			handshakeTimeout: this.#timing.handshakeTimeout,
			keepAlive: this.#timing.keepAlive,
			onOnline: () => {
				this.#onlineSince = performance.now();
				this.#options.onChange({ state: "online" }, connection);
			},
			onMessage: (message, next) => this.#options.onMessage(message, connection, next),
			onClosed: (failure) => this.#backOff(failure),
		});
		this.#connection = connection;
	}

	#backOff({ code, reason }: LinkFailure): void {
		this.#connection = undefined;
		// A link that comes and goes at once must not be tried every second for ever.
		const lived = performance.now() - (this.#onlineSince ?? performance.now());
		if (lived >= this.#timing.stable) this.#failures = 0;
		const isThrownOut =
			code === "closed-by-broker" && this.#onlineSince !== undefined && lived < this.#timing.undisturbed;
		this.#closings = isThrownOut ? this.#closings + 1 : 0;
		this.#onlineSince = undefined;
		const delay = (this.#options.backoff ?? backoffDelay)(
			this.#failures,
			(this.#options.random ?? Math.random)(),
		);
		this.#failures += 1;
		this.#retry = setTimeout(() => this.#connect(), delay);
		const hint = this.#closings < TWINS ? "" : "; perhaps another client has this id";
		this.#options.onChange({ state: "backoff", code, reason: `${reason}${hint}`, delay });
	}
}
