import type { Timer } from "../../firmware/host.js";
import type { AccessPoint } from "./access-point.js";
import { servicesOf } from "./calls/all.js";
import { eventOf } from "./event.js";
import { RadioFaults } from "./faults.js";
import { Line } from "./line.js";
import { Server } from "./server.js";
import { Sockets } from "./sockets.js";
import type { Stack } from "./stack.js";
import { newStatistics, type Statistics } from "./statistics.js";
import { Timers } from "./timers.js";
import { type ChipFirmware, FIRMWARE, type Version } from "./versions.js";
import { USUAL_TIMES, Wifi, type WifiTimes } from "./wifi.js";

/** Milliseconds from power to the first call that is heard; a guess between those that drivers wait. */
const BOOT_TIME = 300;
/** How far a sender's rate may be off, as a share: by 5 % the tenth bit is half a bit late. */
const BAUD_TOLERANCE = 0.03;
const MAC_ADDRESS = Uint8Array.of(0x00, 0xe0, 0x4c, 0x87, 0x20, 0xd0);
/** The method of the host's callback service that takes events. */
const EVENT_CALLBACK = 1;

/** What a chip is made of, and what is around it. */
export interface CoProcessorOptions {
	/** Real time or a world's. */
	readonly timer: Timer;
	/** Milliseconds that only go forward; may wrap at 32 bits, may have a fraction. */
	readonly now: () => number;
	/** From 0 up to, not including, 1. */
	readonly random: () => number;
	readonly stack: Stack;
	readonly accessPoints: readonly AccessPoint[];
	/** Of its firmware; "2.1.3" by default. */
	readonly version?: Version;
	/** Milliseconds from power until it listens; 300 by default. */
	readonly bootTime?: number;
	/** How long Wi-Fi takes, where it is not what is usual. */
	readonly times?: Partial<WifiTimes>;
	/** Six bytes. */
	readonly macAddress?: Uint8Array;
}

/** What the chip is while it runs: gone with its power. */
interface Run {
	readonly timers: Timers;
	readonly firmware: ChipFirmware;
	/** Since it listens. */
	parts: { readonly server: Server; readonly wifi: Wifi; readonly sockets: Sockets } | undefined;
}

/**
 * An RTL8720DN with Seeed's firmware, as a Wio Terminal has it, from its UART to its sockets: an eRPC server
 * for a host that is its client. It begins without power.
 */
export class CoProcessor {
	/** What goes wrong. */
	readonly faults: RadioFaults;
	readonly statistics: Statistics = newStatistics();
	/** Hears what the chip sends, as it arrives at the host, with the rate at which it was sent. */
	onSend: ((bytes: Uint8Array, baud: number) => void) | undefined;
	readonly #options: CoProcessorOptions;
	readonly #line: Line;
	#run: Run | undefined;

	constructor(options: CoProcessorOptions) {
		this.#options = options;
		this.faults = new RadioFaults(options.random);
		this.#line = new Line(
			options.timer,
			options.now,
			() => this.baud,
			(bytes) => {
				const spoilt = this.faults.toHost.apply(bytes);
				if (spoilt.length > 0) this.onSend?.(spoilt, this.baud);
			},
		);
		let resetAfter: number | undefined;
		this.faults.listen(() => {
			this.#run?.parts?.wifi.airChanged();
			if (this.faults.resetAfter === resetAfter) return;
			resetAfter = this.faults.resetAfter;
			if (this.#run !== undefined) this.#restart();
		});
	}

	/** Bits a second of its UART. */
	get baud(): number {
		return this.faults.baud ?? (this.#run?.firmware ?? this.#firmware).baud;
	}

	/** Whether it has started, and listens. */
	get isListening(): boolean {
		return this.#run?.parts !== undefined;
	}

	/**
	 * The level of its enable pin, CHIP_PU. Low ends everything: sockets, Wi-Fi, calls. High starts it, if it
	 * was low.
	 */
	setPower(level: 0 | 1): void {
		if (level === 0) this.#stop();
		else if (this.#run === undefined) this.#start();
	}

	/** Bytes of the host, as they arrive at the chip, with the rate at which they were sent. */
	receive(bytes: Uint8Array, baud: number): void {
		const server = this.#run?.parts?.server;
		if (server === undefined) {
			this.statistics.unheard += bytes.length;
		} else if (Math.abs(baud - this.baud) > this.baud * BAUD_TOLERANCE) {
			// What the UART makes of them is no frame, and a checksum or a length keeps it from being one.
			this.statistics.otherBaud += bytes.length;
		} else {
			server.receive(this.faults.toChip.apply(bytes));
		}
	}

	get #version(): Version {
		return this.faults.version ?? this.#options.version ?? "2.1.3";
	}

	get #firmware(): ChipFirmware {
		return FIRMWARE[this.#version];
	}

	#start(): void {
		this.statistics.starts++;
		const timers = new Timers(this.#options.timer);
		const run: Run = { timers, firmware: this.#firmware, parts: undefined };
		this.#run = run;
		const version = this.#version;
		if (run.firmware.hasServer) {
			timers.set(() => {
				run.parts = this.#boot(run, version);
			}, this.#options.bootTime ?? BOOT_TIME);
		}
		const { resetAfter } = this.faults;
		if (resetAfter !== undefined) timers.set(() => this.#restart(), resetAfter);
	}

	#boot({ timers, firmware }: Run, version: Version): Run["parts"] {
		const { faults, statistics } = this;
		const { stack, accessPoints, times, macAddress = MAC_ADDRESS } = this.#options;
		const sockets = new Sockets({ stack, timers, faults });
		const wifi: Wifi = new Wifi({
			timers,
			times: { ...USUAL_TIMES, ...times },
			faults,
			accessPoints,
			onEvent: (id) => server.notify(firmware.callbacks, EVENT_CALLBACK, eventOf(id, wifi)),
			onNetwork: (isUp) => sockets.linkChanged(isUp),
		});
		const server = new Server({
			services: servicesOf({ version, macAddress, wifi, sockets, hasScan: firmware.hasScan }),
			faults,
			statistics,
			send: (frame) => this.#line.send(frame),
			onReset: () => this.#restart(),
		});
		return { server, wifi, sockets };
	}

	#stop(): void {
		const run = this.#run;
		if (run === undefined) return;
		this.#run = undefined;
		this.#line.clear();
		run.timers.end();
		run.parts?.server.end();
		run.parts?.sockets.vanish();
	}

	#restart(): void {
		this.#stop();
		this.#start();
	}
}
