import type { Act } from "../web/protocol.js";

/** Why nothing was done where the service did not answer. */
export const AWAY = "The page has lost its server; try again in a moment";

/** Asks the service to do something. Answers with the reason if it did not. */
export async function act(what: Act): Promise<string | undefined> {
	try {
		let answer = await post(what);
		if (answer.status === 401) {
			// The service was started again, and knows another token: its first page has it.
			await fetch("/", { cache: "no-store" });
			answer = await post(what);
		}
		return answer.ok ? undefined : await reasonOf(answer);
	} catch {
		return AWAY;
	}
}

const post = (what: Act): Promise<Response> =>
	fetch("/api/act", {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify(what),
	});

/** The reason in an answer that is a refusal. */
export async function reasonOf(answer: Response): Promise<string> {
	try {
		const { reason } = (await answer.json()) as { reason?: unknown };
		if (typeof reason === "string") return reason;
	} catch {
		// Not JSON: the status has to do.
	}
	return `The service answered ${answer.status}`;
}

/**
 * Sends the latest of many: while one is on its way the next waits, and a
 * newer one takes its place. A hand on a slider is faster than any network.
 */
export function latestOnly(send: (what: Act) => Promise<unknown> = act): (what: Act) => void {
	let waiting: Act | undefined;
	let busy = false;
	const next = async (): Promise<void> => {
		busy = true;
		while (waiting !== undefined) {
			const what = waiting;
			waiting = undefined;
			await send(what);
		}
		busy = false;
	};
	return (what) => {
		waiting = what;
		if (!busy) void next();
	};
}
