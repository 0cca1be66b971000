import type { Push } from "../web/protocol.js";

/** Which pushes are wanted: those of one device, or the summaries of all. */
export type Wanted = { readonly device: string } | "all";

/** How long is waited before the next try, in milliseconds: twice as long each time, up to the last. */
const WAITS = [250, 500, 1000, 2000, 4000] as const;
/** The service sends a line each 15 s; a laptop that slept may hold a connection that is long dead. */
const SLEPT = 20_000;

/**
 * Keeps a stream of pushes open, and opens it again when it breaks, for as
 * long as it takes. Returns what ends it.
 */
export function openStream(wanted: Wanted, onPush: (push: Push) => void, onLost: () => void): () => void {
	const query = wanted === "all" ? "all" : `device=${encodeURIComponent(wanted.device)}`;
	let source: EventSource | undefined;
	let timer = 0;
	let failures = 0;
	let ticked = Date.now();
	const open = (): void => {
		source?.close();
		source = new EventSource(`/api/stream?${query}`);
		source.onmessage = ({ data }: MessageEvent<string>) => {
			failures = 0;
			onPush(JSON.parse(data) as Push);
		};
		source.onerror = () => {
			source?.close();
			onLost();
			clearTimeout(timer);
			timer = setTimeout(open, WAITS[Math.min(failures++, WAITS.length - 1)]);
		};
	};
	const awake = setInterval(() => {
		const now = Date.now();
		if (now - ticked > SLEPT) open();
		ticked = now;
	}, 5000);
	open();
	return () => {
		clearTimeout(timer);
		clearInterval(awake);
		source?.close();
	};
}
