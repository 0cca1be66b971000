import type { HubClock } from "./core/hub.js";

/** The clock of this machine. Its timers keep no process alive. */
export const nodeClock: HubClock = Object.freeze({
	now: () => performance.now(),
	date: () => Date.now(),
	post: (callback: () => void, delay: number) => {
		const timer = setTimeout(callback, delay).unref();
		return () => clearTimeout(timer);
	},
});
