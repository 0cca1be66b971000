import type { GivenKey, KeyWanted } from "../web/protocol.js";
import { AWAY, reasonOf } from "./act.js";

/** Whether the service asks this browser for its key; `undefined` when it cannot be reached. */
export async function isLocked(): Promise<boolean | undefined> {
	try {
		const answer = await fetch("/api/key", { cache: "no-store" });
		return answer.ok ? ((await answer.json()) as KeyWanted).wanted : undefined;
	} catch {
		return undefined;
	}
}

/** Gives the service what is taken for its key. Answers with the reason if it is not. */
export async function unlock(key: string): Promise<string | undefined> {
	const given: GivenKey = { key };
	try {
		const answer = await fetch("/api/key", {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify(given),
		});
		return answer.ok ? undefined : await refusal(answer);
	} catch {
		return AWAY;
	}
}

function refusal(answer: Response): Promise<string> | string {
	switch (answer.status) {
		case 401:
			return "This is not the key";
		case 429:
			return `Too many wrong keys; try again in ${answer.headers.get("Retry-After")} s`;
		default:
			return reasonOf(answer);
	}
}
