import type { Push } from "../web/protocol.js";
import type { Browser } from "./stream.js";
import { isLocked } from "./unlock.js";

/** The browser that the page is in. */
export const BROWSER: Browser = {
	isSeen: () => !document.hidden,
	onSeen: (listener) => {
		document.addEventListener("visibilitychange", listener);
		return () => document.removeEventListener("visibilitychange", listener);
	},
	isLocked,
	open: (query, onPush, onError) => {
		const source = new EventSource(`/api/stream?${query}`);
		source.onmessage = ({ data }: MessageEvent<string>) => onPush(JSON.parse(data) as Push);
		source.onerror = onError;
		return () => source.close();
	},
};
