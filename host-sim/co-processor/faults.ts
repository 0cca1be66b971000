import { LineFaults } from "./line-faults.js";
import type { Version } from "./versions.js";

/** What is wrong with a call, once it has begun. */
export type CallFault = "hang" | "reset";

const keyOf = (service: number, request: number): string => `${service}/${request}`;

/**
 * What goes wrong in a chip and around it. All is well at first. What has been switched on stays until it is
 * switched off or `clear`.
 */
export class RadioFaults {
	/** The bytes from the chip to the host. */
	readonly toHost: LineFaults;
	/** The bytes from the host to the chip. */
	readonly toChip: LineFaults;
	readonly #calls = new Map<string, CallFault>();
	readonly #gone = new Set<string>();
	#hasDns = true;
	#hasDhcp = true;
	#isFull = false;
	#version: Version | undefined;
	#baud: number | undefined;
	#resetAfter: number | undefined;
	#listener: (() => void) | undefined;

	/** @param random from 0 up to, not including, 1 */
	constructor(random: () => number) {
		this.toHost = new LineFaults(random);
		this.toChip = new LineFaults(random);
	}

	/** A call never returns, so that the chip's only server task takes no other until a reset. */
	hang(service: number, request: number): void {
		this.#calls.set(keyOf(service, request), "hang");
	}

	/** The chip resets itself in the middle of a call, each time. */
	resetDuring(service: number, request: number): void {
		this.#calls.set(keyOf(service, request), "reset");
	}

	/** A call works again. */
	mend(service: number, request: number): void {
		this.#calls.delete(keyOf(service, request));
	}

	/** The access points of this name cannot be heard any more. */
	accessPointGone(ssid: string): void {
		this.#gone.add(ssid);
		this.#listener?.();
	}

	/** They can be heard again. */
	accessPointBack(ssid: string): void {
		this.#gone.delete(ssid);
		this.#listener?.();
	}

	/** No name can be looked up; each try takes the time that the resolver gives up after. */
	failDns(fails = true): void {
		this.#hasDns = !fails;
	}

	/** No DHCP server answers, whatever the access point has. An address that was given stays. */
	withholdDhcp(withholds = true): void {
		this.#hasDhcp = !withholds;
	}

	/** The buffers for sending are full: TCP takes nothing, UDP neither. */
	fillBuffers(fills = true): void {
		this.#isFull = fills;
	}

	/** The chip has other firmware, from its next start on; `undefined`: its own. */
	installFirmware(version: Version | undefined): void {
		this.#version = version;
	}

	/** The chip's UART has another rate, at once; `undefined`: that of its firmware. Bits a second. */
	wrongBaud(baud: number | undefined): void {
		this.#baud = baud;
	}

	/** The chip resets itself again and again, this many milliseconds after each start; `undefined`: no more. */
	resetInLoop(milliseconds: number | undefined): void {
		this.#resetAfter = milliseconds;
		this.#listener?.();
	}

	/** Nothing is wrong any more. */
	clear(): void {
		this.toHost.clear();
		this.toChip.clear();
		this.#calls.clear();
		this.#gone.clear();
		this.#hasDns = true;
		this.#hasDhcp = true;
		this.#isFull = false;
		this.#version = undefined;
		this.#baud = undefined;
		this.resetInLoop(undefined);
	}

	/** For the chip: hears that access points or the reset loop have changed. */
	listen(listener: () => void): void {
		this.#listener = listener;
	}

	/** For the chip: what becomes of this call. */
	ofCall(service: number, request: number): CallFault | undefined {
		return this.#calls.get(keyOf(service, request));
	}

	isGone(ssid: string): boolean {
		return this.#gone.has(ssid);
	}

	get hasDns(): boolean {
		return this.#hasDns;
	}

	get hasDhcp(): boolean {
		return this.#hasDhcp;
	}

	get isFull(): boolean {
		return this.#isFull;
	}

	get version(): Version | undefined {
		return this.#version;
	}

	get baud(): number | undefined {
		return this.#baud;
	}

	get resetAfter(): number | undefined {
		return this.#resetAfter;
	}
}
