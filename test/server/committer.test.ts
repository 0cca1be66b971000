import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Committer } from "../../server/committer.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** A core that is due when it is told, and stays due so long as it fails. */
class Core {
	due: number | undefined;
	isOwing = true;
	fails = false;
	readonly commits: number[] = [];

	commit(now: number): [] {
		this.commits.push(now);
		this.due = this.fails ? now + 1000 : undefined;
		return [];
	}
}

function bench() {
	const core = new Core();
	const acknowledged: string[] = [];
	const committer = new Committer(core, () => {});
	const take = (name: string, due: number | undefined = core.due) => {
		core.due = due;
		committer.took(() => acknowledged.push(name));
	};
	return { core, acknowledged, committer, take, start: performance.now() };
}

it("acknowledges at once while nothing waits", () => {
	const { acknowledged, take, core } = bench();
	take("a");
	expect(acknowledged).toEqual(["a"]);
	expect(core.commits).toEqual([]);
});

it("acknowledges at once what its sender sends again by itself, behind what waits for a commit", () => {
	const { acknowledged, take, core, start } = bench();
	core.isOwing = false;
	take("numbered", start + 100);
	expect(acknowledged).toEqual(["numbered"]);
	core.isOwing = true;
	take("unnumbered");
	take("numbered again");
	expect(acknowledged).toEqual(["numbered"]);
	vi.advanceTimersByTime(100);
	expect(acknowledged).toEqual(["numbered", "unnumbered", "numbered again"]);
});

it("commits when it is due, and then acknowledges what came until then, in order", () => {
	const { acknowledged, take, core, start } = bench();
	take("a", start + 100);
	vi.advanceTimersByTime(60);
	take("b");
	vi.advanceTimersByTime(39);
	expect(acknowledged).toEqual([]);
	vi.advanceTimersByTime(1);
	expect(acknowledged).toEqual(["a", "b"]);
	expect(core.commits).toEqual([start + 100]);
});

it("commits at once when it is due sooner than was said", () => {
	const { acknowledged, take, core, start } = bench();
	take("a", start + 100);
	vi.advanceTimersByTime(10);
	take("b", start + 10);
	expect(acknowledged).toEqual(["a", "b"]);
	vi.advanceTimersByTime(1000);
	expect(core.commits).toEqual([start + 10]);
});

it("acknowledges nothing while commits fail, and tries again", () => {
	const { acknowledged, take, core, start } = bench();
	core.fails = true;
	take("a", start + 100);
	vi.advanceTimersByTime(1100);
	expect(core.commits).toEqual([start + 100, start + 1100]);
	take("b");
	expect(acknowledged).toEqual([]);
	core.fails = false;
	vi.advanceTimersByTime(1000);
	expect(acknowledged).toEqual(["a", "b"]);
});

it("commits what waits at the end, and nothing afterwards", () => {
	const { acknowledged, take, committer, core, start } = bench();
	take("a", start + 100);
	committer.end();
	expect(acknowledged).toEqual(["a"]);
	core.due = start + 200;
	vi.advanceTimersByTime(1000);
	expect(core.commits).toHaveLength(1);
});
