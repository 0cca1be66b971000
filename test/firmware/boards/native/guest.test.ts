import { expect, it } from "vitest";
import { type GuestNative, tellGuest } from "../../../../firmware/boards/native/guest.js";
import { Control } from "../../../../firmware/boards/native/seam.js";

/** Nothing of the hardware is asked for before the configuration is known. */
const NATIVE = {} as GuestNative;

const start = (settings: object): void =>
	tellGuest(NATIVE, Control.START, 0, 0, 0, JSON.stringify({ pin: {}, engine: "test", ...settings }));

it.each([
	["no object", "lamp", /got "lamp", wants /],
	[
		"a word for a number",
		{ id: "lamp", broker: { host: "b" }, telemetry: { interval: "fast" } },
		/^telemetry\.interval: got "fast", wants /,
	],
	[
		"a password that is none, which nobody is told",
		{ id: "lamp", broker: { host: "b" }, wifi: { ssid: "home", password: "abc" } },
		/^wifi\.password: got something else, wants /,
	],
])("says what is wrong with a %s", (_, config, message) => {
	expect(() => start({ config })).toThrow(message);
});
