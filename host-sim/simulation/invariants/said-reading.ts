/** What a telemetry message says. */
export interface SaidReading {
	readonly light?: number;
	/** When it was measured: milliseconds since 1970. */
	readonly time?: number;
	readonly seq?: number;
	readonly stream?: string;
	readonly base?: number;
	readonly late?: boolean;
}

/** The last message that was read: several invariants look at each. */
let last: { readonly payload: string; readonly said: SaidReading | undefined } = {
	payload: "",
	said: undefined,
};

/** Reads a telemetry message; `undefined` when it is no JSON object. */
export function readSaid(payload: string): SaidReading | undefined {
	if (payload !== last.payload) last = { payload, said: parse(payload) };
	return last.said;
}

function parse(payload: string): SaidReading | undefined {
	try {
		const value = JSON.parse(payload);
		return typeof value === "object" && value !== null ? value : undefined;
	} catch {
		return undefined;
	}
}
