/** What messages about orders say, as far as somebody looks at it. */
export interface Word {
	readonly id?: string;
	readonly status?: number;
	/** The server; a device does not say who it is. */
	readonly by?: string;
	readonly policy?: string;
	/** Of an order: seconds. Of a command to a device: milliseconds since 1970. */
	readonly expires?: number;
	readonly seq?: number;
	readonly command?: Readonly<Record<string, unknown>>;
}

const NOTHING: Word = Object.freeze({});

/** Reads a message; of what is no JSON object with an id nothing. */
export function wordOf(payload: string): Word {
	if (!payload.includes('"id"')) return NOTHING;
	try {
		const value = JSON.parse(payload) as Word | null;
		return typeof value === "object" && typeof value?.id === "string" ? value : NOTHING;
	} catch {
		return NOTHING;
	}
}
