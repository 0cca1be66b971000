import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNightlight } from "../../../firmware/app.js";
import { createHost } from "../../../host-sim/provider.js";
import { configOf } from "../../support/virtual/config.js";
import { serveLoop } from "./device.js";

/** The complete device, but for the timer that says when to read the sensor: that is the benchmark. */
serveLoop((port, listener) => {
	let sample: (() => void) | undefined;
	let hasBegun = false;
	const host = createHost({
		restart: () => {},
		inputs: { light: { minimum: 0, maximum: 1023, read: () => listener.onReading() } },
		storage: join(tmpdir(), "nightlight-bench-never-made"),
		report: ({ event }) => {
			if (event === "command") listener.onCommand();
			if (event !== "telemetry" || hasBegun) return;
			hasBegun = true;
			// Its answer must not be taken for the first loop's.
			setTimeout(() => listener.onReady(), 500);
		},
	});
	const timer = {
		...host.timer,
		repeat: (callback: () => void) => {
			sample = callback;
			return host.timer.set(() => {}, 0);
		},
	};
	startNightlight({ ...host, timer }, configOf({ id: "ours", broker: { host: "127.0.0.1", port } }));
	return { sample: () => sample?.() };
});
