/** The self-test's composition root under the Moddable SDK, whatever the board (docs/esp32.md). */
import board from "embedded:provider/builtin";
import Instrumentation from "instrumentation";
import config from "mc/config";
import Time from "time";
import Timer from "timer";
import { VERSION } from "../../../version.js";
import type { RadioConstructor } from "./bench.js";
import { runSelftest } from "./run.js";

export default function main(): void {
	const { sdk } = config;
	runSelftest({
		board: board.name,
		version: VERSION,
		sdk: typeof sdk === "string" ? sdk : undefined,
		Analog: board.io.Analog,
		Digital: board.io.Digital,
		pin: board.pin,
		keyValue: board.keyValue,
		flash: board.flash,
		WiFi: board.network.wifi?.io as RadioConstructor | undefined,
		timer: Timer,
		ticks: () => Time.ticks,
		date: () => Date.now(),
		random: () => Math.random(),
		instrument: (name) => Instrumentation.get(Instrumentation.map(name)),
		say: (line) => trace(`${line}\n`),
	});
}
