import type { Config } from "../../../firmware/config.js";
import type { DeviceEvent } from "../../../firmware/events.js";
import type { Host } from "../../../firmware/host.js";
import type { AccessPoint } from "../../co-processor/access-point.js";
import { encodePage, PAGE_ADDRESS } from "../../configuration-page.js";
import { buildWioTerminal } from "../../wio-terminal/build.js";
import { FLASH } from "../../wio-terminal/image.js";
import { ScreenFile } from "./screen-file.js";
import { WioTerminal } from "./wio-terminal.js";

export interface WioEngineOptions {
	/** The network in reach. */
	readonly accessPoint: AccessPoint;
	/** The configuration, as it is packed into the image. */
	readonly page: string;
	/** The PNG file that always has what the screen shows. */
	readonly screen?: string | undefined;
	/** Hears why, when the emulation cannot go on. */
	readonly onFailure: (reason: string) => void;
	/** Hears lines for people. */
	readonly log: (line: string) => void;
}

/** A Wio Terminal in emulation, at the pace of real time. */
export interface WioDevice {
	/** The board and its Wi-Fi chip, which can be made to fail. */
	readonly terminal: Pick<WioTerminal, "radio" | "readMemory">;
	/** Cuts the power: a board has no other end. */
	stop(): Promise<void>;
	close(): void;
}

/** Milliseconds that the chip runs at once, at most, when it is behind; and between two looks at the clock. */
const SLICE = 5;
const TICK = 2;
/** Milliseconds that the board may be behind. */
const PATIENCE = 50;

/** The pin of the LED: the right Grove socket's D0. */
const LED = "PB08";

/**
 * Starts the flashable image on an emulated chip, with the sensor, the LED and the network of `host`.
 * @throws EngineError when image or emulator cannot be built
 */
export async function startOnWio(host: Host, config: Config, options: WioEngineOptions): Promise<WioDevice> {
	const { accessPoint, page, screen, onFailure, log } = options;
	const { bin } = await buildWioTerminal(log);
	const { Analog, Digital } = host.device.io;
	const terminal = await WioTerminal.start({
		segments: [
			{ address: FLASH.loader, bytes: bin },
			{ address: PAGE_ADDRESS, bytes: encodePage(page) },
		],
		seed: Math.floor(host.random() * 2 ** 31),
		...{ host, log, timeServer: config.wifi.timeServer, accessPoints: [accessPoint] },
		light: () => light.read() / 2 ** light.resolution,
		onLine: (line) => tell(host, line, log),
		onPin: (pin, level) => {
			if (pin === LED && level !== "z") led.write(level);
		},
	});
	const light = new Analog({ pin: host.device.pin.light ?? 0 });
	const led = new Digital({ pin: host.device.pin.led ?? 0, mode: Digital.Output, initialValue: 0 });
	let isOver = false;
	let began = performance.now();
	const run = async (): Promise<void> => {
		while (!isOver && terminal.end === undefined) {
			let behind = Math.floor(performance.now() - began - terminal.gone);
			// On a machine that is too slow the board's time is, too: were it to catch up, an idle chip would run ahead of its radio.
			if (behind > PATIENCE) {
				began += behind - PATIENCE;
				behind = PATIENCE;
			}
			if (behind > 0) await terminal.step(Math.min(behind, SLICE));
			else await new Promise((resolve) => setTimeout(resolve, TICK));
		}
		if (!isOver) onFailure(terminal.end ?? "it has ended");
	};
	run().catch((error: Error) => {
		if (!isOver) onFailure(error.message);
	});
	const picture = screen === undefined ? undefined : new ScreenFile(screen, terminal.screen, log);
	const close = () => {
		isOver = true;
		picture?.close();
		terminal.close();
		light.close();
		led.close();
	};
	return { terminal, close, stop: async () => close() };
}

/** A line of the board's log: an event of the device, or what only a board tells. */
function tell(host: Host, line: string, log: (line: string) => void): void {
	let event: { readonly event?: string; readonly [key: string]: unknown };
	try {
		event = JSON.parse(line);
	} catch {
		return log(`The board says: ${line}`);
	}
	if (event.event !== "board") return host.report(event as unknown as DeviceEvent);
	const { state, reason, reset, count } = event;
	log(
		`Board ${state}${[reset, reason, count]
			.filter((what) => what !== undefined)
			.map((what) => `: ${what}`)
			.join("")}`,
	);
}
