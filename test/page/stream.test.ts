import { afterEach, expect, it } from "vitest";
import { type Browser, openStream } from "../../host-sim/page/stream.js";

const ends: (() => void)[] = [];
afterEach(() => {
	for (const end of ends.splice(0)) end();
});

/** A tab with a stream, whose service answers. */
function tabWith(isSeen: boolean) {
	const tab = { isSeen, look: () => {}, heard: [] as string[] };
	const streams: { isOpen: boolean; readonly fail: () => void }[] = [];
	const browser: Browser = {
		isSeen: () => tab.isSeen,
		onSeen: (listener) => {
			tab.look = listener;
			return () => {
				tab.look = () => {};
			};
		},
		isLocked: async () => false,
		open: (_query, _onPush, fail) => {
			const stream = { isOpen: true, fail };
			streams.push(stream);
			return () => {
				stream.isOpen = false;
			};
		},
	};
	const say = (what: string) => () => void tab.heard.push(what);
	const end = openStream(
		"all",
		{ onPush: say("push"), onLost: say("lost"), onLocked: say("locked") },
		browser,
	);
	ends.push(end);
	return {
		...{ streams, heard: tab.heard, end },
		show: (seen: boolean) => {
			tab.isSeen = seen;
			tab.look();
		},
		/** Waits until so many streams are open. */
		opens: (count: number) =>
			expect.poll(() => streams.filter(({ isOpen }) => isOpen).length, { interval: 5 }).toBe(count),
	};
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it("a tab that nobody sees gives its connection back, and has a new one when it is seen", async () => {
	const tab = tabWith(true);
	await tab.opens(1);
	tab.show(false);
	await tab.opens(0);
	tab.show(true);
	await tab.opens(1);
	expect(tab.streams).toHaveLength(2);
	expect(tab.heard).toEqual([]);
});

it("a tab that opens in the background takes no connection until it is seen", async () => {
	const tab = tabWith(false);
	await pause(20);
	expect(tab.streams).toEqual([]);
	tab.show(true);
	await tab.opens(1);
});

it("a stream that breaks is opened again while the tab is seen", async () => {
	const tab = tabWith(true);
	await tab.opens(1);
	tab.streams[0]?.fail();
	expect(tab.heard).toEqual(["lost"]);
	await tab.opens(1);
	tab.streams[1]?.fail();
	tab.show(false);
	await pause(700);
	await tab.opens(0);
});

it("a stream that was ended is opened by nothing", async () => {
	const tab = tabWith(true);
	await tab.opens(1);
	tab.end();
	tab.show(true);
	await pause(20);
	await tab.opens(0);
});
