import { expect, it } from "vitest";
import { stampOf } from "../../../firmware/telemetry/stamp.js";

const noon = Date.UTC(2024, 4, 1, 12);

it.each([
	{ format: "none", date: noon, stamp: undefined },
	{ format: "unix", date: noon, stamp: noon },
	{ format: "iso-8601", date: noon + 5, stamp: "2024-05-01T12:00:00.005Z" },
	{ format: "unix", date: undefined, stamp: undefined },
	{ format: "iso-8601", date: undefined, stamp: undefined },
] as const)("$format, with the clock at $date", ({ format, date, stamp }) => {
	expect(stampOf(format, date)).toBe(stamp);
});
