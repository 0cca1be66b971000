import type { IOError, WiFi, WiFiConstructor } from "../../ecma-419.js";
import type { DeviceEvent, NetworkState } from "../../events.js";
import type { Timer, TimerId } from "../../host.js";
import { ioError } from "../../io-error.js";

/** What connections need to know of the network below them. */
export interface Network {
	/** Calls back once: when there is an address (at once, if there is one), or with why there is none. */
	whenUp(callback: (error?: IOError) => void): void;
	/** From now on `user` is told when the network is lost. */
	attach(user: NetworkUser): void;
	/** That is over. */
	detach(user: NetworkUser): void;
}

/** What cannot go on without the network. */
export interface NetworkUser {
	networkLost(reason: string): void;
}

/** A network that is there without us: a cable, a computer's own. */
export const ALWAYS_UP: Network = Object.freeze({
	whenUp: (callback: () => void) => callback(),
	attach: () => {},
	detach: () => {},
});

type NetworkEvent = "wanted" | "addressed" | "failed";

const TRANSITIONS: Readonly<Record<NetworkState, Readonly<Partial<Record<NetworkEvent, NetworkState>>>>> =
	Object.freeze({
		down: { wanted: "joining" },
		joining: { addressed: "up", failed: "down" },
		up: { failed: "down" },
	});

/** Values of `WiFi.connection`. */
const APART = 200;
const JOINED = 400;
const ADDRESSED = 500;

export interface WiFiNetworkOptions {
	io: WiFiConstructor;
	ssid: string;
	/** Absent for an open network. */
	password?: string | undefined;
	/** Milliseconds for joining and getting an address. */
	timeout: number;
	timer: Timer;
	/** Hears each change. */
	report: (event: Extract<DeviceEvent, { event: "network" }>) => void;
}

/**
 * Joins a Wi-Fi network when someone wants it, and again when it was lost and someone wants it then.
 * The one who wants it, the link to the broker, waits between tries; so one backoff paces both.
 */
export class WiFiNetwork implements Network {
	readonly #options: WiFiNetworkOptions;
	readonly #interface: WiFi;
	readonly #users = new Set<NetworkUser>();
	#waiting: ((error?: IOError) => void)[] = [];
	#state: NetworkState = "down";
	#deadline: TimerId;
	/** Whether the access point has let us in. */
	#joined = false;

	constructor(options: WiFiNetworkOptions) {
		this.#options = options;
		this.#interface = new options.io({ onChanged: () => this.#changed() });
	}

	whenUp(callback: (error?: IOError) => void): void {
		if (this.#state === "up") return callback();
		this.#waiting.push(callback);
		if (this.#state === "down") this.#join();
	}

	attach(user: NetworkUser): void {
		this.#users.add(user);
	}

	detach(user: NetworkUser): void {
		this.#users.delete(user);
	}

	#join(): void {
		const { ssid, password, timeout, timer } = this.#options;
		this.#joined = false;
		this.#go("wanted");
		this.#deadline = timer.set(() => this.#fail(this.#describeFailure()), timeout);
		try {
			this.#interface.connect({ SSID: ssid, ...(password !== undefined && { password }) });
		} catch (error) {
			timer.clear(this.#deadline);
			// Later, as nobody expects to be called back from within `whenUp` with an error.
			this.#deadline = timer.set(() => this.#fail(String(error)), 0);
		}
	}

	#changed(): void {
		const { connection } = this.#interface;
		if (this.#state === "down") return;
		if (connection >= JOINED) this.#joined = true;
		if (connection >= ADDRESSED) return this.#addressed();
		const { ssid } = this.#options;
		if (this.#state === "up") this.#fail(`Wi-Fi "${ssid}" was lost${because(this.#interface.reason)}`);
		else if (connection <= APART) this.#fail(this.#describeFailure());
	}

	#addressed(): void {
		if (this.#state !== "joining") return;
		this.#options.timer.clear(this.#deadline);
		this.#go("addressed", { address: this.#interface.address ?? "unknown" });
		this.#answer();
	}

	/** Not every interface tells why joining failed. */
	#describeFailure(): string {
		const { ssid } = this.#options;
		const { reason } = this.#interface;
		if (reason !== undefined) return `Wi-Fi "${ssid}": ${reason}`;
		return this.#joined
			? `no address from Wi-Fi "${ssid}"`
			: `cannot join Wi-Fi "${ssid}": out of reach, wrong name or wrong password`;
	}

	#fail(reason: string): void {
		this.#options.timer.clear(this.#deadline);
		this.#interface.disconnect();
		this.#go("failed", { reason });
		for (const user of [...this.#users]) user.networkLost(reason);
		this.#answer(ioError("no-network", reason));
	}

	#answer(error?: IOError): void {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const callback of waiting) callback(error);
	}

	#go(event: NetworkEvent, detail: { address?: string; reason?: string } = {}): void {
		const to = TRANSITIONS[this.#state][event];
		if (to === undefined) return;
		this.#state = to;
		this.#options.report({ event: "network", state: to, ssid: this.#options.ssid, ...detail });
	}
}

const because = (reason: string | undefined): string => (reason === undefined ? "" : `: ${reason}`);
