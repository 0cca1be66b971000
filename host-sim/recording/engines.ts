import { setImmediate } from "node:timers/promises";
import { startNightlight } from "../../firmware/app.js";
import type { Config } from "../../firmware/config.js";
import type { Host } from "../../firmware/host.js";
import type { Guest } from "../engines/guest.js";
import type { Engine, EngineListener } from "./replayed-device.js";

/** The firmware in this process, which calls its host directly. */
export const directEngine = (start: typeof startNightlight = startNightlight): Engine => ({
	hasQueue: false,
	start: (host, config) => ({
		stop: start(host, config),
		settled: () => Promise.resolve(),
		close: () => {},
	}),
});

/** Starts the firmware in another engine. */
export type StartGuest = (
	host: Host,
	config: Config,
	options: EngineListener & { readonly log: (line: string) => void },
) => Promise<Pick<Guest<unknown>, "stop" | "settled" | "close">>;

/**
 * The firmware in another engine, which calls its host by native functions.
 * @param log hears lines for people
 */
export const guestEngine = (start: StartGuest, log: (line: string) => void): Engine => ({
	hasQueue: true,
	start: async (host, config, listener) => {
		const guest = await start(host, config, { ...listener, log });
		return {
			// A goodbye that is cut off by the end of the replay is none.
			stop: (done) => void guest.stop().then(done, () => {}),
			settled: async () => {
				await guest.settled();
				// What follows from that in this process.
				await setImmediate();
			},
			close: () => guest.close(),
		};
	},
});
