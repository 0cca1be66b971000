import { CALLS, type CallName } from "./crossing.js";

/** Characters that are shown of a call. */
const LONGEST = 120;

/** Bytes that are shown before the first that differs. */
const BEFORE = 8;

/** A call as in a recording: its arguments are JSON, bytes in Base64. */
export interface Call {
	readonly name: CallName;
	readonly of: number;
	readonly args: readonly unknown[];
}

/** Whether two calls are the same. */
export const isSame = (one: Call, other: Call): boolean =>
	one.name === other.name && one.of === other.of && JSON.stringify(one.args) === JSON.stringify(other.args);

/** A call in words, to be told from another one. */
export function describe({ name, of, args }: Call, other?: Call): string {
	const parts = args.map((value, index) =>
		CALLS[name].args[index]?.wants === BYTES
			? bytesInWords(value as string, other?.args[index])
			: short(value),
	);
	return `${name}${of > 0 ? ` ${of}` : ""}(${parts.join(", ")})`;
}

const BYTES = CALLS["socket.write"].args[0].wants;

const short = (value: unknown): string => cut(JSON.stringify(value) ?? "undefined");

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** How many bytes, and those around the first in which they differ from others; as text, where they are. */
function bytesInWords(base64: string, other: unknown): string {
	const bytes = Buffer.from(base64, "base64");
	const others = Buffer.from(typeof other === "string" ? other : "", "base64");
	const index = bytes.findIndex((byte, at) => byte !== others[at]);
	const start = Math.max(0, (index < 0 ? bytes.length : index) - BEFORE);
	const from = start > 0 ? `, from ${start} on` : "";
	const text = bytes.subarray(start).toString("latin1");
	const shown = /^[ -~]+$/.test(text) ? text : bytes.subarray(start).toString("hex");
	return `${bytes.length} bytes${from}: ${cut(shown)}`;
}
