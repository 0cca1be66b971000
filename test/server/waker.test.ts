import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Waker } from "../../server/waker.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] }));
afterEach(() => void vi.useRealTimers());

/** A sleeper with an alarm that a test sets, and when it was woken. */
function sleeper() {
	const woken: number[] = [];
	const core = {
		alarm: undefined as number | undefined,
		tick(now: number) {
			woken.push(now);
			core.alarm = undefined;
		},
	};
	const waker = new Waker(core, () => waker.look());
	const set = (alarm: number | undefined) => {
		core.alarm = alarm;
		waker.look();
	};
	return { woken, waker, set, from: performance.now() };
}

it("wakes at the alarm, and not before", () => {
	const { woken, set, from } = sleeper();
	set(from + 100.5);
	vi.advanceTimersByTime(100);
	expect(woken).toEqual([]);
	vi.advanceTimersByTime(1);
	expect(woken).toEqual([from + 101]);
	vi.advanceTimersByTime(100_000);
	expect(woken).toHaveLength(1);
});

it("follows an alarm that is moved, or taken back", () => {
	const { woken, set, from } = sleeper();
	set(from + 100);
	set(from + 50);
	vi.advanceTimersByTime(60);
	expect(woken).toEqual([from + 50]);
	set(from + 200);
	set(undefined);
	vi.advanceTimersByTime(1000);
	expect(woken).toHaveLength(1);
});

it("wakes at once for an alarm that is past, and within a minute for one that is far", () => {
	const { woken, set, from } = sleeper();
	set(from - 5);
	vi.advanceTimersByTime(0);
	expect(woken).toEqual([from]);
	set(from + 10_000_000);
	vi.advanceTimersByTime(60_000);
	expect(woken).toHaveLength(2);
});

it("wakes nobody when it has ended", () => {
	const { woken, waker, set, from } = sleeper();
	set(from + 100);
	waker.end();
	vi.advanceTimersByTime(1000);
	expect(woken).toEqual([]);
});
