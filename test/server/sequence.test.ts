import { describe, expect, it } from "vitest";
import { parseTelemetry } from "../../server/telemetry.js";

const parse = (members: string) => parseTelemetry(new TextEncoder().encode(`{"light":1${members}}`));

describe("a reading's number", () => {
	it.each([
		{ name: "none", members: "", sequence: undefined },
		{ name: "the first one", members: ',"seq":1,"stream":"0","base":1', sequence: [1, "0", 1] },
		{
			name: "the highest ones",
			members: `,"seq":${2 ** 53 - 1},"stream":"${"z9".repeat(16)}","base":${2 ** 53 - 1}`,
			sequence: [2 ** 53 - 1, "z9".repeat(16), 2 ** 53 - 1],
		},
	])("$name is taken", ({ members, sequence }) => {
		const parsed = parse(members);
		if (parsed.kind !== "telemetry") throw new Error(parsed.reason);
		const { seq, stream, base } = parsed.sequence ?? {};
		expect(parsed.sequence && [seq, stream, base]).toEqual(sequence);
		expect(parsed).toMatchObject({ isLate: false, text: `{"light":1${members}}` });
	});

	const seq = "seq is not a whole number from 1 to 9007199254740991";
	const stream = "stream is not 1 to 32 of 0-9 and a-z";
	const base = "base is not a whole number from 1 to seq";
	it.each([
		[',"seq":1', "stream and base missing: seq, stream and base go together"],
		[',"seq":1,"stream":"a"', "base missing: seq, stream and base go together"],
		[',"stream":"a","base":1', "seq missing: seq, stream and base go together"],
		[',"seq":0,"stream":"a","base":1', seq],
		[',"seq":-1,"stream":"a","base":1', seq],
		[',"seq":1.5,"stream":"a","base":1', seq],
		[',"seq":9007199254740992,"stream":"a","base":1', seq],
		[',"seq":"1","stream":"a","base":1', seq],
		[',"seq":null,"stream":"a","base":1', seq],
		[',"seq":1,"stream":"","base":1', stream],
		[',"seq":1,"stream":"A","base":1', stream],
		[',"seq":1,"stream":"a b","base":1', stream],
		[`,"seq":1,"stream":"${"a".repeat(33)}","base":1`, stream],
		[',"seq":1,"stream":7,"base":1', stream],
		[',"seq":1,"stream":"a\\n","base":1', stream],
		[',"seq":1,"stream":"a","base":0', base],
		[',"seq":1,"stream":"a","base":2', base],
		[',"seq":1,"stream":"a","base":true', base],
		[',"late":false', "late is not true"],
		[',"late":1', "late is not true"],
	])("%s is refused: %s", (members, reason) => {
		expect(parse(members)).toEqual({ kind: "malformed", code: "wrong-sequence", reason });
	});
});

describe("a reading's time", () => {
	it.each([
		['"2026-11-27T09:00:00.250Z"', 1_795_770_000_250],
		['"2026-11-27T10:00:00+01:00"', 1_795_770_000_000],
		["1795770000000", 1_795_770_000_000],
		["0", 0],
		["1.5", undefined],
		["1e300", undefined],
		['"2026-11-27T09:00:00"', undefined],
		['"2026-13-27T09:00:00Z"', undefined],
		['"yesterday"', undefined],
		["null", undefined],
		["{}", undefined],
	])("%s is %s", (time, measured) => {
		expect(parse(`,"time":${time},"late":true`)).toMatchObject({ kind: "telemetry", isLate: true, measured });
	});
});
