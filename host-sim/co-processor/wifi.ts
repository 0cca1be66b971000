import { type AccessPoint, type Lease, SECURITY } from "./access-point.js";
import type { RadioFaults } from "./faults.js";
import type { Timers } from "./timers.js";

/** What the chip tells the host of its own accord, by the ids of its events. */
export const EVENT = Object.freeze({
	ready: 0,
	scanDone: 1,
	started: 2,
	connected: 4,
	disconnected: 5,
	gotIp: 7,
	lostIp: 8,
});
export type EventId = (typeof EVENT)[keyof typeof EVENT];

/** Why the last attempt to join failed, as the driver numbers it. */
export const LAST_ERROR = Object.freeze({
	none: 0,
	noSuchNetwork: 1,
	connectFailed: 2,
	wrongPassword: 3,
	dhcpFailed: 5,
});

/** The driver's results: done, and failed. */
export const OK = 0;
export const FAILED = -1;

/** How long things take, in milliseconds. */
export interface WifiTimes {
	/** To join an access point. */
	readonly join: number;
	/** To find out that joining fails. */
	readonly joinFails: number;
	/** To get an address. */
	readonly dhcp: number;
	/** To give up when no DHCP server answers. */
	readonly dhcpFails: number;
	readonly scan: number;
}

/** How long the chip takes. `wifi_connect` takes about 5 s when it fails; the rest are guesses. */
export const USUAL_TIMES: WifiTimes = Object.freeze({
	join: 1500,
	joinFails: 5000,
	dhcp: 500,
	dhcpFails: 10_000,
	scan: 2000,
});

/** What the Wi-Fi part of the chip has around it. */
export interface WifiParts {
	readonly timers: Timers;
	readonly times: WifiTimes;
	readonly faults: RadioFaults;
	readonly accessPoints: readonly AccessPoint[];
	/** Hears events, for the host. */
	readonly onEvent: (id: EventId) => void;
	/** Hears whether there is an address, and so a way to other machines. */
	readonly onNetwork: (isUp: boolean) => void;
}

/** Whom to join, and how. */
export interface Credentials {
	readonly ssid: string;
	readonly password: string | undefined;
	readonly security: number;
}

/** The Wi-Fi station of the chip: what it has joined, and its address. */
export class Wifi {
	readonly #parts: WifiParts;
	#isOn = false;
	#joined: AccessPoint | undefined;
	#lease: Lease | undefined;
	#lastError = 0;
	#credentials: Credentials | undefined;
	#isScanning = false;
	#records: readonly AccessPoint[] = [];
	/** Whether it joins again by itself. */
	autoReconnect = false;

	constructor(parts: WifiParts) {
		this.#parts = parts;
	}

	/** The access point that it has joined. */
	get joined(): AccessPoint | undefined {
		return this.#joined;
	}

	/** Its address, once DHCP has given one. */
	get lease(): Lease | undefined {
		return this.#lease;
	}

	get lastError(): number {
		return this.#lastError;
	}

	get isScanning(): boolean {
		return this.#isScanning;
	}

	/** What the last scan has found, the strongest first. */
	get records(): readonly AccessPoint[] {
		return this.#records;
	}

	/** Switches the station on. The order of the two events is a guess. */
	on(): number {
		this.#isOn = true;
		this.#parts.onEvent(EVENT.ready);
		this.#parts.onEvent(EVENT.started);
		return OK;
	}

	off(): number {
		this.#isOn = false;
		this.#credentials = undefined;
		this.#leave();
		return OK;
	}

	/** Joins an access point; takes its time, then gives the driver's result. */
	connect(credentials: Credentials, done: (result: number) => void): void {
		const { timers, times } = this.#parts;
		this.#leave();
		this.#credentials = this.#isOn ? credentials : undefined;
		const problem = this.#problemWith(credentials);
		timers.set(
			() => done(this.#join(credentials)),
			problem === LAST_ERROR.none ? times.join : this.#isOn ? times.joinFails : 0,
		);
	}

	disconnect(): number {
		this.#credentials = undefined;
		this.#leave();
		return OK;
	}

	/** Asks for an address; takes its time, then gives the driver's result. */
	dhcp(done: (result: number) => void): void {
		const { timers, times, faults } = this.#parts;
		const lease = faults.hasDhcp ? this.#joined?.dhcp : undefined;
		const isPossible = lease !== undefined;
		timers.set(
			() => {
				if (lease !== undefined && this.#joined?.dhcp === lease) {
					this.#lease = lease;
					this.#parts.onNetwork(true);
					this.#parts.onEvent(EVENT.gotIp);
					done(OK);
				} else {
					this.#lastError = LAST_ERROR.dhcpFailed;
					done(FAILED);
				}
			},
			isPossible ? times.dhcp : times.dhcpFails,
		);
	}

	/** Gives its address back. */
	release(): number {
		if (this.#lease === undefined) return OK;
		this.#lease = undefined;
		this.#parts.onNetwork(false);
		this.#parts.onEvent(EVENT.lostIp);
		return OK;
	}

	/** Begins to listen for access points, and tells when it has. */
	scan(): number {
		if (!this.#isOn) return FAILED;
		if (this.#isScanning) return OK;
		this.#isScanning = true;
		this.#parts.timers.set(() => {
			this.#isScanning = false;
			this.#records = this.#heard().sort((one, other) => other.rssi - one.rssi);
			this.#parts.onEvent(EVENT.scanDone);
		}, this.#parts.times.scan);
		return OK;
	}

	/** Access points have come or gone. */
	airChanged(): void {
		const { timers, times, faults } = this.#parts;
		if (this.#joined !== undefined && faults.isGone(this.#joined.ssid)) this.#leave();
		const credentials = this.#credentials;
		if (!this.autoReconnect || credentials === undefined || this.#joined !== undefined) return;
		if (this.#problemWith(credentials) !== LAST_ERROR.none) return;
		timers.set(() => {
			if (this.#joined !== undefined || this.#credentials !== credentials) return;
			if (this.#join(credentials) === OK) this.dhcp(() => {});
		}, times.join);
	}

	#heard(): AccessPoint[] {
		return this.#parts.accessPoints.filter(({ ssid }) => !this.#parts.faults.isGone(ssid));
	}

	/** The strongest access point of this name. */
	#find(name: string): AccessPoint | undefined {
		return this.#heard()
			.filter(({ ssid }) => ssid === name)
			.sort((one, other) => other.rssi - one.rssi)[0];
	}

	#problemWith({ ssid, password, security }: Credentials): number {
		if (!this.#isOn) return LAST_ERROR.connectFailed;
		const found = this.#find(ssid);
		if (found === undefined) return LAST_ERROR.noSuchNetwork;
		const isOpen = found.password === undefined;
		if (isOpen !== (security === SECURITY.open)) return LAST_ERROR.connectFailed;
		return isOpen || found.password === password ? LAST_ERROR.none : LAST_ERROR.wrongPassword;
	}

	#join(credentials: Credentials): number {
		this.#lastError = this.#problemWith(credentials);
		if (this.#lastError !== LAST_ERROR.none) {
			// That a failure is told as a disconnect, too, is a guess.
			if (this.#isOn) this.#parts.onEvent(EVENT.disconnected);
			return FAILED;
		}
		this.#joined = this.#find(credentials.ssid);
		this.#parts.onEvent(EVENT.connected);
		return OK;
	}

	#leave(): void {
		if (this.#joined === undefined) return;
		this.#joined = undefined;
		this.#parts.onEvent(EVENT.disconnected);
		this.release();
	}
}
