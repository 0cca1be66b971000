import { integer, text } from "../commands/arguments.js";
import { type Member, readObject } from "../commands/json.js";
import type { Refusal, RefusalCode } from "../events.js";

/** What a server says: it has all readings of a stream up to a number. */
export interface Answer {
	readonly stream: string;
	readonly through: number;
	/** The server's name. */
	readonly by: string;
}

const NAME = text(1, 64);
const NUMBER = integer(0, 281_474_976_710_655);

/** Reads an answer, a JSON object such as `{"stream":"0123456789abcdef","through":17,"by":"nightlight"}`. */
export function readAnswer(json: string | undefined): Answer | Refusal {
	if (json === undefined) return refused("not-utf-8", "ill-formed UTF-8");
	const read = readObject(json);
	if (read.kind === "invalid") return read;
	let stream = undefined as string | undefined;
	let through = undefined as number | undefined;
	let by = undefined as string | undefined;
	for (let index = 0; index < read.members.length; index++) {
		const { name, value } = read.members[index] as Member;
		if (name === "stream") stream = NAME.parse(value);
		else if (name === "through") through = NUMBER.parse(value);
		else if (name === "by") by = NAME.parse(value);
	}
	if (stream !== undefined && through !== undefined && by !== undefined) return { stream, through, by };
	return refused("wrong-answer", "an answer wants stream, through and by");
}

const refused = (code: RefusalCode, reason: string): Refusal => ({ code, reason });
