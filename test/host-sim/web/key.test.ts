import { describe, expect, it } from "vitest";
import { HttpError } from "../../../host-sim/web/http.js";
import { KeyGuard, makeKey, plainKey, readKey } from "../../../host-sim/web/key.js";

describe("a new key", () => {
	it("can be typed on a phone, and has 40 bits of chance at least", () => {
		const keys = Array.from({ length: 1000 }, makeKey);
		for (const key of keys) expect(key).toMatch(/^[a-hjkm-z]{3}-[a-hjkm-z]{3}-[a-hjkm-z]{3}$/);
		expect(new Set(keys).size).toBe(1000);
		const letters = new Set(keys.flatMap((key) => [...plainKey(key)]));
		expect(9 * Math.log2(letters.size)).toBeGreaterThanOrEqual(40);
	});
});

/** A guard whose clock stands until it is set forward. */
function guard(key = "fkx-wqt-abm") {
	let now = 0;
	const pauses: [string, number][] = [];
	const guarded = new KeyGuard({
		...{ key, now: () => now },
		onPause: (from, pause) => pauses.push([from, pause]),
	});
	const tries = (...given: readonly string[]) =>
		given.map((one) => answerOf(() => guarded.check(one, "10.0.0.9")));
	return {
		tries,
		pauses,
		wait: (time: number) => {
			now += time;
		},
	};
}

/** What a check answers. */
function answerOf(check: () => void): string {
	try {
		check();
		return "open";
	} catch (error) {
		if (!(error instanceof HttpError)) throw error;
		const { status, message, headers } = error;
		return `${status} ${message} ${headers["Retry-After"] ?? ""}`.trim();
	}
}

const WRONG = "401 this is not the key";
const closed = (seconds: number) => `429 too many wrong keys: none is taken for ${seconds} s ${seconds}`;

describe("a guard", () => {
	it.each([
		["fkx-wqt-abm", "fkx-wqt-abm"],
		["fkx-wqt-abm", "fkxwqtabm"],
		["fkx-wqt-abm", " FKX wqt Abm\n"],
		["fkx-wqt-abm", "fkx–wqt—abm"],
		["fkx-wqt-abm", "ｆｋｘwqtabm"],
		["Grüße 12", "gru\u0308ße12"],
	])("of %j opens to %j", (key, given) => {
		expect(guard(key).tries(given)).toEqual(["open"]);
	});

	it.each(["", "fkx-wqt-abn", "fkx-wqt-ab", "fkx-wqt-abmm", "\0", "x".repeat(400), "\ud800"])(
		"does not open to %j",
		(given) => {
			expect(guard().tries(given)).toEqual([WRONG]);
		},
	);

	it("takes none for half a minute after five wrong ones, the right one neither", () => {
		const { tries, pauses, wait } = guard();
		expect(tries("1", "2", "3", "4", "5")).toEqual([WRONG, WRONG, WRONG, WRONG, closed(30)]);
		wait(29_001);
		expect(tries("fkx-wqt-abm")).toEqual([closed(1)]);
		wait(999);
		expect(tries("fkx-wqt-abm")).toEqual(["open"]);
		expect(pauses).toEqual([["10.0.0.9", 30_000]]);
	});

	it("doubles the pause each time, up to an hour, until the key was given", () => {
		const { tries, pauses, wait } = guard();
		const five = ["1", "2", "3", "4", "5"];
		for (let count = 0; count < 9; count++) {
			tries(...five);
			wait(pauses.at(-1)?.[1] ?? 0);
		}
		const seconds = pauses.map(([, pause]) => pause / 1000);
		expect(seconds).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
		expect(tries("fkxwqtabm", ...five).at(-1)).toBe(closed(30));
	});

	it("counts wrong ones in a row", () => {
		const { tries, pauses } = guard();
		for (let count = 0; count < 10; count++) tries("1", "2", "3", "4", "fkxwqtabm");
		expect(pauses).toEqual([]);
	});
});

describe("the key in a body", () => {
	it("is a text", () => {
		expect(readKey('{"key":"a b"}')).toBe("a b");
	});

	it.each(["", "{", "null", "[]", "{}", '{"key":1}', `{"key":"${"x".repeat(401)}"}`])(
		"is not in %s",
		(body) => {
			expect(answerOf(() => readKey(body))).toBe("400 key: wants a text of at most 400 characters");
		},
	);
});
