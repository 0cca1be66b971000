import { describe, expect, it } from "vitest";
import { type Picture, reason, sentence } from "../../host-sim/page/sentence.js";
import type { DeviceView, FaultName } from "../../host-sim/web/protocol.js";
import { deviceWith } from "./views.js";

const NOW = 100_000;
const BAND = { threshold: 300, hysteresis: 20 };
const LINE = { threshold: 300, hysteresis: 0 };
const ONLINE = { state: "online", since: 0 };
const BACKOFF = { state: "backoff", since: 90_000, reason: "no Wi-Fi network", nextTry: 110_000 };

const pictureOf = (device: Partial<DeviceView>, other: Partial<Picture> = {}): Picture => ({
	device: deviceWith(device),
	rule: BAND,
	server: ONLINE,
	now: NOW,
	...other,
});
const believing = (light: number, led: boolean, at = NOW) => ({ believed: { light, led, at } });
const waiting = (pending: number) => ({ outbox: { pending, dropped: 0, setAside: 0, lost: 0 } });
const AT_HUB = { hub: { alertBelow: 300, twin: {} }, believed: { light: 820, at: NOW } };
const fault = (name: FaultName) => ({ faults: [{ name, since: 60_000 }] });

describe("the sentence", () => {
	it.each<[what: string, picture: Picture, says: string]>([
		["day", pictureOf({}), "Light is 820, above 320: the LED is off."],
		[
			"night",
			pictureOf({ light: 120, led: true, ...believing(120, true) }),
			"Light is 120, below 300: the LED is on.",
		],
		[
			"another sensor than a light",
			pictureOf(
				{ sensor: "living_room", light: 18, led: true, ...believing(18, true) },
				{ rule: { threshold: 19, hysteresis: 0 } },
			),
			"Living room is 18, below 19: the LED is on.",
		],
		[
			"decided by a rule of the rule file",
			pictureOf({ light: 120, ...believing(120, false) }, { rule: { ...BAND, decides: "masts" } }),
			"Light is 120: the LED is off, as the rule masts has it.",
		],
		[
			"asked by a rule of the rule file",
			pictureOf({ light: 120, led: true, ...believing(120, true) }, { rule: { ...BAND, asks: "masts" } }),
			"Light is 120, below 300: a vote in the rule masts; the LED is on.",
		],
		[
			"at the threshold, without hysteresis",
			pictureOf({ light: 300, ...believing(300, false) }, { rule: LINE }),
			"Light is 300, at 300: the LED is off.",
		],
		[
			"between, lit",
			pictureOf({ light: 310, led: true, ...believing(310, true) }),
			"Light is 310, between 300 and 320, where on stays on: the LED is on.",
		],
		[
			"between, dark",
			pictureOf({ light: 310, ...believing(310, false) }),
			"Light is 310, between 300 and 320, where off stays off: the LED is off.",
		],
		[
			"a command on its way",
			pictureOf({ light: 120, ...believing(120, true) }),
			"Light is 120: the server has told the LED to go on, and the LED is off still.",
		],
		[
			"a belief that is old and on the other side",
			pictureOf({ light: 120, ...believing(820, false, NOW - 10_000) }),
			"Light is 120, but the server still believes that light is 820: the LED is off.",
		],
		[
			"a belief that is young and on the other side",
			pictureOf({ light: 120, ...believing(820, false, NOW - 1000) }),
			"Light is 120, below 300: the LED is off.",
		],
		[
			"a belief that is old and decides the same",
			pictureOf({ light: 800, ...believing(820, false, NOW - 10_000) }),
			"Light is 800, above 320: the LED is off.",
		],
		[
			"held",
			pictureOf({ led: true, hold: { led: true, until: NOW + 59 * 60_000 } }),
			"Light is 820: a person holds the LED on for 59 min, and the rule waits.",
		],
		[
			"held, not obeyed yet",
			pictureOf({ hold: { led: true, until: NOW + 59 * 60_000 } }),
			"Light is 820: a person wants the LED on, and the device has not obeyed yet.",
		],
		[
			"Wi-Fi off",
			pictureOf({ ...fault("wifi-off"), light: 214, link: BACKOFF, ...believing(639, false) }),
			"Wi-Fi is off: light is 214, but the server still believes that light is 639.",
		],
		[
			"Wi-Fi off, nothing changed",
			pictureOf({ ...fault("wifi-off"), link: BACKOFF }),
			"Wi-Fi is off: light is 820, the LED is off, and the server knows it.",
		],
		[
			"the broker down before anything was heard",
			pictureOf({ ...fault("broker-down"), link: BACKOFF, believed: {} }),
			"The broker is down: light is 820, but the server has heard nothing of it.",
		],
		[
			"half-open, not noticed",
			pictureOf({ ...fault("half-open"), light: 214 }),
			"Packets vanish and the device has not noticed yet: light is 214, but the server still believes that light is 820.",
		],
		[
			"half-open, noticed",
			pictureOf({ ...fault("half-open"), light: 214, link: BACKOFF }),
			"Packets vanish, and the device has given the connection up: light is 214, but the server still believes that light is 820.",
		],
		[
			"latency",
			pictureOf({ ...fault("latency"), light: 815 }),
			"Every packet is late: light is 815, but the server still believes that light is 820.",
		],
		[
			"no power",
			pictureOf({ ...fault("power-cut"), link: { state: "offline", since: 0 } }),
			"The device has no power: the LED is dark, and the server still believes that light is 820.",
		],
		[
			"storage full",
			pictureOf(fault("storage-full")),
			"The storage is full: the device goes on, the LED is off, and what it cannot send may be lost.",
		],
		[
			"Wi-Fi off, and then a full storage",
			pictureOf({
				faults: [...fault("wifi-off").faults, { name: "storage-full", since: 70_000 }],
				link: BACKOFF,
			}),
			"Wi-Fi is off: light is 820, the LED is off, and the server knows it.",
		],
		[
			"no power, and then no Wi-Fi",
			pictureOf({ faults: [...fault("power-cut").faults, { name: "wifi-off", since: 70_000 }] }),
			"The device has no power: the LED is dark, and the server still believes that light is 820.",
		],
		[
			"latency while the server is away",
			pictureOf(fault("latency"), { server: { state: "offline", since: 0 } }),
			"The server is away: light is 820, nobody decides, the LED is off until it is back.",
		],
		[
			"no connection, with a reason",
			pictureOf({ light: 214, link: BACKOFF }),
			"The device has no connection (no Wi-Fi network): light is 214, but the server still believes that light is 820.",
		],
		[
			"connecting for the first time",
			pictureOf({ link: { state: "connecting", since: 0 }, believed: {} }),
			"The device connects: light is 820, but the server has heard nothing of it.",
		],
		[
			"a remote device offline",
			pictureOf({
				kind: "remote",
				link: { state: "offline", since: 0 },
				...believing(214, true, NOW - 3 * 3_600_000),
			}),
			"The device is offline: the last the server heard is light 214, 3 h ago.",
		],
		[
			"the server away",
			pictureOf({}, { server: { state: "backoff", since: 0, reason: "connection refused" } }),
			"The server is away (connection refused): light is 820, nobody decides, the LED is off until it is back.",
		],
		[
			"readings that wait while the broker is down, and a belief that is wrong",
			pictureOf({ ...fault("broker-down"), light: 214, link: BACKOFF, ...waiting(14) }),
			"The broker is down: 14 readings wait in the device, and the server still believes that light is 820.",
		],
		[
			"a reading that waits, and a belief that is right",
			pictureOf({ link: BACKOFF, ...waiting(1) }),
			"The device has no connection (no Wi-Fi network): 1 reading waits in the device, and the LED is off.",
		],
		[
			"an outbox that is empty",
			pictureOf({ link: BACKOFF, ...waiting(0) }),
			"The device has no connection (no Wi-Fi network): light is 820, the LED is off, and the server knows it.",
		],
		[
			"readings that still wait when the device is back",
			pictureOf(waiting(9)),
			"Light is 820, above 320: the LED is off; 9 readings wait.",
		],
		[
			"a device that decides itself",
			pictureOf({ ...fault("wifi-off"), light: 214, led: true, link: BACKOFF, fallback: "offline" }),
			"Wi-Fi is off: light is 214, and the device decides itself: the LED is on.",
		],
		[
			"a device that decides itself, with readings that wait",
			pictureOf({ light: 214, led: true, link: BACKOFF, fallback: "offline", ...waiting(2) }),
			"The device has no connection (no Wi-Fi network): light is 214, 2 readings wait, and the device decides itself: the LED is on.",
		],
		[
			"a device that is back and still decides itself",
			pictureOf({ light: 214, led: true, fallback: "offline" }),
			"Light is 214, and the device decides itself until a command comes: the LED is on.",
		],
		[
			"a device that decides itself while the server is away",
			pictureOf(
				{ light: 214, led: true, fallback: "silent", ...waiting(2) },
				{ server: { state: "offline", since: 0 } },
			),
			"The server is away: light is 214, 2 readings wait, and the device decides itself: the LED is on.",
		],
		[
			"readings that wait for a server that is away",
			pictureOf(waiting(2), { server: { state: "offline", since: 0 } }),
			"The server is away: light is 820, 2 readings wait, nobody decides, the LED is off until it is back.",
		],
		[
			"switched by hand, beside the server",
			pictureOf({ led: true, decidedBy: "hand" }),
			"Light is 820: a person has switched the LED on, until the next command.",
		],
		[
			"a hub",
			pictureOf(AT_HUB, { rule: LINE }),
			"Light is 820, above 300 (lightAlert=false), and the LED is off.",
		],
		[
			"a hub, in the dark",
			pictureOf({ ...AT_HUB, light: 214, led: true }, { rule: LINE }),
			"Light is 214, below 300 (lightAlert=true), and the LED is on.",
		],
		[
			"a hub that has not heard yet of the dark",
			pictureOf({ ...AT_HUB, light: 214, believed: { light: 820, at: 0 } }, { rule: LINE }),
			"Light is 214, but the hub still believes that light is 820: the LED is off.",
		],
		[
			"Wi-Fi off at a hub",
			pictureOf({ ...AT_HUB, ...fault("wifi-off") }, { rule: LINE }),
			"Wi-Fi is off: light is 820, the LED is off, and the hub knows it.",
		],
		[
			"no connection to a hub, which has heard nothing",
			pictureOf({ ...AT_HUB, link: BACKOFF, believed: {} }, { rule: LINE }),
			"The device has no connection (no Wi-Fi network): light is 820, but the hub has heard nothing of it.",
		],
		[
			"a remote device without a reading",
			{
				...pictureOf({}),
				device: { ...without(deviceWith({ kind: "remote" })), believed: {} },
			},
			"The device is here, and has not sent a reading yet.",
		],
	])("%s", (_, picture, says) => {
		expect(sentence(picture)).toBe(says);
	});
});

describe("the reason for the LED", () => {
	it.each<[picture: Picture, says: string]>([
		[pictureOf({ light: 214, led: true, ...believing(214, true) }), "by server: 214 < 300"],
		[pictureOf({ light: 310, led: true, ...believing(310, true) }), "by server: 310 < 320"],
		[pictureOf({ light: 310, ...believing(310, false) }), "by server: 310 ≥ 300"],
		[pictureOf({}), "by server: 820 ≥ 320"],
		[pictureOf({ ...believing(820, true) }), "told on, not done yet"],
		[pictureOf({ led: true, ...believing(820, true) }), "as last told"],
		[pictureOf({ ...believing(214, false) }), "as last told"],
		[pictureOf({ hold: { led: true, until: NOW + 59 * 60_000 } }), "by hand, for 59 min"],
		[pictureOf({ believed: {} }), "as it began"],
		[pictureOf({ led: true, decidedBy: "server", ...believing(214, true) }), "by server: 214 < 300"],
		[pictureOf({ decidedBy: "hand" }), "by hand"],
		[pictureOf({ kind: "remote", decidedBy: "device" }), "by device"],
		[pictureOf({ link: BACKOFF, fallback: "offline" }), "by device: offline"],
		[pictureOf({ fallback: "offline", decidedBy: "device" }), "by device, for now"],
		[pictureOf({ fallback: "silent" }), "by device: no server"],
		[
			pictureOf({ link: BACKOFF, fallback: "offline", hold: { led: true, until: NOW } }),
			"by device: offline",
		],
		[pictureOf(fault("power-cut")), "no power"],
		[pictureOf({ ...AT_HUB, decidedBy: "server" }), "by the hub"],
		[pictureOf({ ...AT_HUB, decidedBy: "hand" }), "by hand"],
		[pictureOf(AT_HUB), "as it began"],
		[pictureOf({ ...AT_HUB, fallback: "silent" }), "by device: no hub"],
	])("%#: %s", (picture, says) => {
		expect(reason(picture)).toBe(says);
	});
});

function without(device: DeviceView): DeviceView {
	const { light, led, ...rest } = device;
	return rest;
}
