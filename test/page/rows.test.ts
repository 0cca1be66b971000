import { describe, expect, it } from "vitest";
import { bytes, flags, labelOf, recent, rowsOf } from "../../host-sim/page/rows.js";
import type { Lane, Rung } from "../../host-sim/web/protocol.js";

type Packet = Extract<Rung, { kind: "packet" }>;

const packet = (from: Lane, to: Lane, type: string, other: Partial<Packet> = {}): Packet => ({
	n: 1,
	t: 0,
	kind: "packet",
	from,
	to,
	type,
	hex: "4002126f",
	length: 4,
	...other,
});
const note = (lane: Lane, t = 0): Rung => ({ n: 2, t, kind: "note", lane, text: "outbox 14", tone: "plain" });

describe("a line of the ladder", () => {
	it.each<[what: string, rung: Rung, row: object]>([
		[
			"device to broker",
			packet("device", "broker", "PUBLISH", { topic: "my-lamp/telemetry", payload: "{}" }),
			{ place: { lane: 0, width: 1 }, right: true, tall: true },
		],
		[
			"broker to device",
			packet("broker", "device", "PUBACK"),
			{ place: { lane: 0, width: 1 }, right: false, tall: false },
		],
		[
			"server to broker",
			packet("server", "broker", "PINGREQ"),
			{ place: { lane: 1, width: 1 }, right: false, tall: false },
		],
		[
			"broker to server",
			packet("broker", "server", "PINGRESP"),
			{ place: { lane: 1, width: 1 }, right: true, tall: false },
		],
		[
			"device to hub",
			packet("device", "hub", "PINGREQ"),
			{ place: { lane: 0, width: 1 }, right: true, tall: false },
		],
		[
			"hub to device",
			packet("hub", "device", "PINGRESP"),
			{ place: { lane: 0, width: 1 }, right: false, tall: false },
		],
		["an empty payload", packet("device", "broker", "PUBLISH", { payload: "" }), { tall: true }],
		["a note about the device", note("device"), { place: { lane: 0, width: 1 } }],
		["a note about the broker", note("broker"), { place: { lane: 1, width: 1 } }],
		["a note about the server", note("server"), { place: { lane: 1, width: 1 } }],
		["a note about the hub", note("hub"), { place: { lane: 0, width: 1 } }],
	])("%s", (_, rung, row) => {
		expect(rowsOf([rung], [])[0]).toMatchObject(row);
	});

	it("has a time where one has passed", () => {
		const rows = rowsOf(
			[0, 10, 399, 400, 500, 2000].map((t) => note("device", t)),
			[],
		);
		expect(rows.map(({ time }) => time?.slice(-4))).toEqual([
			"00.0",
			undefined,
			undefined,
			"00.4",
			undefined,
			"02.0",
		]);
	});

	it("is in a fault from its beginning to before its end", () => {
		const spells = [{ name: "wifi-off", from: 1000, to: 2000 } as const];
		const rows = rowsOf(
			[999, 1000, 1999, 2000].map((t) => note("device", t)),
			spells,
		);
		expect(rows.map(({ fault }) => fault)).toEqual([
			undefined,
			{ lane: 0, width: 1 },
			{ lane: 0, width: 1 },
			undefined,
		]);
	});

	it("is in the widest of several faults, which a full storage is none of", () => {
		const spells = [
			{ name: "latency", from: 0 },
			{ name: "broker-down", from: 1000 },
			{ name: "storage-full", from: 0 },
		] as const;
		const rows = rowsOf([note("device", 500), note("device", 1500)], spells);
		expect(rows.map(({ fault }) => fault?.width)).toEqual([1, 2]);
		expect(rowsOf([note("device", 500)], [spells[2]])[0]?.fault).toBeUndefined();
	});
});

describe("a packet in words", () => {
	it.each([
		["my-lamp/telemetry", undefined, "telemetry"],
		["home/my-lamp/telemetry", undefined, "home/my-lamp/telemetry"],
		["$iothub/methods/POST/sample/?$rid=1", "method sample (1)", "method sample (1)"],
		[undefined, "code 5", "code 5"],
		[undefined, "granted QoS 0", undefined],
		[undefined, "my-lamp, clean session, keep-alive 60 s", undefined],
		[undefined, undefined, undefined],
	])("%s, label %s: %s", (topic, label, says) => {
		const given = { ...(topic ? { topic } : {}), ...(label ? { label } : {}) };
		expect(labelOf(packet("device", "broker", "PUBLISH", given), "my-lamp")).toBe(says);
	});

	it("has its flags", () => {
		const all = packet("device", "broker", "PUBLISH", { qos: 1, id: 4711, retain: true, dup: true });
		expect(flags(all)).toBe("QoS 1, id 4711, retained, sent again (DUP)");
		expect(flags(packet("device", "broker", "PINGREQ"))).toBe("");
	});

	it.each([
		["4002126f", 4, "40 02 12 6f"],
		["40 02", 2, "40 02"],
		["4002", 300, "40 02 … 298 more"],
		["", 0, ""],
	])("has its bytes: %s of %d", (hex, length, says) => {
		expect(bytes(packet("device", "broker", "X", { hex, length }))).toBe(says);
	});

	it("is counted for ten seconds", () => {
		const rungs = [0, 5000, 14_000].map((t) => packet("device", "broker", "PINGREQ", { t }));
		expect(recent([...rungs, note("device", 14_000)], 15_000)).toBe(1);
	});
});
