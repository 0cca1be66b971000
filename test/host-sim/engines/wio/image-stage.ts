import type { RadioOptions } from "../../../../host-sim/co-processor/board.js";
import { encodePage, PAGE_ADDRESS } from "../../../../host-sim/configuration-page.js";
import { WioTerminal } from "../../../../host-sim/engines/wio/wio-terminal.js";
import { buildWioTerminal } from "../../../../host-sim/wio-terminal/build.js";
import { FLASH } from "../../../../host-sim/wio-terminal/image.js";
import { ScriptedBroker } from "../../../support/virtual/broker.js";
import type { VirtualClock } from "../../../support/virtual/clock.js";
import { VirtualHost } from "../../../support/virtual/host.js";

export const HOME = {
	...{ ssid: "home", password: "password", rssi: -50, channel: 6 },
	dhcp: { address: "192.0.2.50", mask: "255.255.255.0", gateway: "192.0.2.1" },
};

/** What a configuration's page has at least. */
export const LEAST = {
	...{ id: "X", broker: { host: "broker.test" } },
	wifi: { ssid: "home", password: "password" },
};

/** Lets time go by on a board and around it. @throws Error when the program does what the chip does not */
export async function advance(
	clock: VirtualClock,
	terminal: WioTerminal,
	milliseconds: number,
): Promise<void> {
	for (let gone = 0; gone < milliseconds; ) {
		const went = await terminal.stepToOutput(Math.max(1, Math.min(milliseconds - gone, clock.quiet)));
		clock.advance(went);
		gone += went;
		if (terminal.end !== undefined) throw new Error(terminal.end);
	}
}

/** A line of the board's log. */
export type LogLine = { readonly event: string; readonly [key: string]: unknown };

/** The flashable image on an emulated board, in virtual time; the page is a configuration, or bytes of its own. */
export class ImageStage {
	readonly host: VirtualHost;
	readonly broker: ScriptedBroker;
	readonly terminal: WioTerminal;
	readonly lines: LogLine[];
	/** Each level that a pin was given, such as `PB08 1`, and when, in milliseconds. */
	readonly pins: { readonly time: number; readonly pin: string; readonly level: unknown }[];

	private constructor(parts: Pick<ImageStage, "host" | "broker" | "terminal" | "lines" | "pins">) {
		this.host = parts.host;
		this.broker = parts.broker;
		this.terminal = parts.terminal;
		this.lines = parts.lines;
		this.pins = parts.pins;
	}

	static async start(
		page: object | Uint8Array | undefined,
		radio: Partial<RadioOptions> = {},
	): Promise<ImageStage> {
		const { bin } = await buildWioTerminal(() => {});
		const host = new VirtualHost();
		const broker = new ScriptedBroker(host.network);
		host.wallClock = 1_800_000_000_000;
		const lines: LogLine[] = [];
		const pins: { time: number; pin: string; level: unknown }[] = [];
		const bytes = page instanceof Uint8Array ? page : page && encodePage(JSON.stringify(page));
		const terminal = await WioTerminal.start({
			segments: [{ address: FLASH.loader, bytes: bin }, ...(bytes ? [{ address: PAGE_ADDRESS, bytes }] : [])],
			...{
				seed: 1,
				host,
				timeServer: "pool.ntp.org",
				accessPoints: [HOME],
				light: () => 0.25,
				log: () => {},
			},
			...radio,
			onLine: (line) => lines.push(JSON.parse(line) as LogLine),
			onPin: (pin, level, time) => pins.push({ time, pin, level }),
		});
		return new ImageStage({ host, broker, terminal, lines, pins });
	}

	/** Lets virtual time go by; on the chip, and around it. @throws Error when the program does what the chip does not */
	async advance(milliseconds: number): Promise<void> {
		await advance(this.host.clock, this.terminal, milliseconds);
	}

	/** Lets time go by until a line has come that `fits`. */
	async until(what: string, fits: (line: LogLine) => boolean, within = 30_000, from = 0): Promise<LogLine> {
		for (let gone = 0; gone < within; gone += 50) {
			const line = this.lines.slice(from).find(fits);
			if (line !== undefined) return line;
			await this.advance(50);
		}
		throw new Error(`still not: ${what}; but ${this.lines.map((line) => JSON.stringify(line)).join("\n")}`);
	}

	/** Whether the link is online, by what the log said last of it. */
	get isOnline(): boolean {
		return this.lines.filter(({ event }) => event === "link").at(-1)?.state === "online";
	}

	async untilOnline(within = 30_000): Promise<void> {
		for (let gone = 0; !this.isOnline; gone += 50) {
			if (gone > within)
				throw new Error(
					`still not online: ${this.lines
						.slice(-12)
						.map((line) => JSON.stringify(line))
						.join("\n")}`,
				);
			await this.advance(50);
		}
	}

	/** Forgets all but the last lines, failures and links of the log, and what the pins did. */
	keepLast(): void {
		const { lines } = this;
		const old = lines.splice(0, Math.max(0, lines.length - 50));
		lines.unshift(...old.filter(({ event, state }) => event === "board" && state === "failed"));
		this.pins.length = 0;
	}

	/** How often the status LED flashes between two pauses, since `since` milliseconds: the most that there were. */
	flashes(since: number): number {
		const ons = this.pins.filter(({ pin, level, time }) => pin === "PA15" && level === 1 && time >= since);
		let [count, most] = [0, 0];
		for (const [index, { time }] of ons.entries()) {
			count = time - (ons[index - 1]?.time ?? 0) > 700 ? 1 : count + 1;
			most = Math.max(most, count);
		}
		return most;
	}
}
