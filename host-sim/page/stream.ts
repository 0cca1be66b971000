import type { Push } from "../web/protocol.js";

/** What a stream needs of the browser. */
export interface Browser {
	/** Whether somebody may see the page. */
	isSeen(): boolean;
	/** Calls back when that changes; what is returned ends it. */
	onSeen(listener: () => void): () => void;
	/** Whether the service asks this browser for its key; `undefined` when it cannot be reached. */
	isLocked(): Promise<boolean | undefined>;
	/** Opens a stream of the service. Returns what closes it. */
	open(query: string, onPush: (push: Push) => void, onError: () => void): () => void;
}

/** Which pushes are wanted: those of one device, or the summaries of all. */
export type Wanted = { readonly device: string } | "all";

/** How long is waited before the next try, in milliseconds: twice as long each time, up to the last. */
const WAITS = [250, 500, 1000, 2000, 4000] as const;
/** The service sends a line each 15 s; a laptop that slept may hold a connection that is long dead. */
const SLEPT = 20_000;

/** Who hears of a stream. */
export interface Listener {
	onPush(push: Push): void;
	/** It broke, or could not be opened; it is tried again. */
	onLost(): void;
	/** The service asks for its key; nothing is tried any more. */
	onLocked(): void;
}

/**
 * Keeps a stream of pushes open while the page is seen, and opens it again when it breaks, for as long as it takes.
 * Returns what ends it.
 */
export function openStream(
	wanted: Wanted,
	{ onPush, onLost, onLocked }: Listener,
	browser: Browser,
): () => void {
	const query = wanted === "all" ? "all" : `device=${encodeURIComponent(wanted.device)}`;
	let close = (): void => {};
	let timer: ReturnType<typeof setTimeout> | undefined;
	let failures = 0;
	let ticked = Date.now();
	/** The last one counts: what an earlier one hears comes too late. */
	let opening = 0;
	const lose = (): void => {
		close();
		onLost();
		clearTimeout(timer);
		timer = setTimeout(open, WAITS[Math.min(failures++, WAITS.length - 1)]);
	};
	const rest = (): void => {
		opening++;
		clearTimeout(timer);
		close();
	};
	const open = async (): Promise<void> => {
		rest();
		// Browsers have six connections to a host for all tabs: one that nobody sees takes none.
		if (!browser.isSeen()) return;
		const own = opening;
		const locked = await browser.isLocked();
		if (own !== opening) return;
		if (locked === undefined) return lose();
		if (locked) return onLocked();
		const take = (push: Push): void => {
			failures = 0;
			onPush(push);
		};
		close = browser.open(query, take, lose);
	};
	const awake = setInterval(() => {
		const now = Date.now();
		if (now - ticked > SLEPT) void open();
		ticked = now;
	}, 5000);
	const look = (): void => void open();
	const unlisten = browser.onSeen(look);
	look();
	return () => {
		unlisten();
		clearInterval(awake);
		rest();
	};
}
