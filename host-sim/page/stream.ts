import type { Push } from "../web/protocol.js";
import { isLocked } from "./unlock.js";

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
 * Keeps a stream of pushes open, and opens it again when it breaks, for as
 * long as it takes. Returns what ends it.
 */
export function openStream(wanted: Wanted, { onPush, onLost, onLocked }: Listener): () => void {
	const query = wanted === "all" ? "all" : `device=${encodeURIComponent(wanted.device)}`;
	let source: EventSource | undefined;
	let timer = 0;
	let failures = 0;
	let ticked = Date.now();
	/** The last one counts: what an earlier one hears comes too late. */
	let opening = 0;
	const lose = (): void => {
		source?.close();
		onLost();
		clearTimeout(timer);
		timer = setTimeout(open, WAITS[Math.min(failures++, WAITS.length - 1)]);
	};
	const open = async (): Promise<void> => {
		source?.close();
		const own = ++opening;
		const locked = await isLocked();
		if (own !== opening) return;
		if (locked === undefined) return lose();
		if (locked) return onLocked();
		source = new EventSource(`/api/stream?${query}`);
		source.onmessage = ({ data }: MessageEvent<string>) => {
			failures = 0;
			onPush(JSON.parse(data) as Push);
		};
		source.onerror = lose;
	};
	const awake = setInterval(() => {
		const now = Date.now();
		if (now - ticked > SLEPT) void open();
		ticked = now;
	}, 5000);
	void open();
	return () => {
		opening++;
		clearTimeout(timer);
		clearInterval(awake);
		source?.close();
	};
}
