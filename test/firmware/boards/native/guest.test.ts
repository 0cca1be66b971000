import { describe, expect, it } from "vitest";
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

describe("a board without storage", () => {
	/** Starts the firmware; what it asks of the storage, and what it tells of it. */
	function startOn(settings: object): { asked: string[]; told: { code: string; reason: string }[] } {
		const asked: string[] = [];
		const told: { event: string; code: string; reason: string }[] = [];
		const ask = (name: string) => (): never => {
			asked.push(name);
			throw new Error("there is none");
		};
		const storage = ["storeRead", "storeWrite", "storeDelete", "storeKeys", "flashSize", "flashRead"];
		const native = {
			...Object.fromEntries(storage.map((name) => [name, ask(name)])),
			...{ alarm: () => {}, digitalWrite: () => {}, socketOpen: () => {}, resolve: () => {} },
			...{ random: () => 0.5, date: () => 0, analogRead: () => 400, analogResolution: () => 10 },
			report: (line: string) => void told.push(JSON.parse(line)),
		} as unknown as GuestNative;
		const text = JSON.stringify({ pin: { led: 0, light: 1, radioEnable: 2 }, engine: "test", ...settings });
		tellGuest(native, Control.START, 0, 0, 0, text);
		return { asked, told: told.filter(({ event }) => event === "storage") };
	}
	const config = { id: "lamp", broker: { host: "b" } };
	const keeping = { ...config, telemetry: { qos: 1 }, outbox: { policy: "keep" } };

	it.each([true, false])("is not asked for any, nor told of, with its radio %s", (radio) => {
		expect(startOn({ config, radio, storage: false })).toEqual({ asked: [], told: [] });
	});

	it("keeps readings in memory, and says so once", () => {
		const { asked, told } = startOn({ config: keeping, radio: true, storage: false });
		expect(asked).toEqual([]);
		expect(told).toEqual([
			{
				event: "storage",
				code: "storage-unreadable",
				reason: "the outbox keeps its readings in memory only: the board has no flash storage",
			},
		]);
	});

	it("says so itself: others have storage", () => {
		const { asked, told } = startOn({ config: keeping });
		expect(asked).toEqual(expect.arrayContaining(["storeKeys", "flashSize"]));
		expect(told.length).toBeGreaterThan(1);
	});
});
