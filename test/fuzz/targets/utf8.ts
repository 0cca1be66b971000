import { readUtf8, utf8Length, writeUtf8 } from "../../../firmware/mqtt/utf8.js";
import { bytesOf, hexOf, strictText } from "../bytes.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target, unless } from "../target.js";

const WORDS = [
	"a",
	"é",
	"€",
	"💡",
	"\ufeff",
	"\0",
	"\u{10ffff}",
	"\ud7ff",
	"\ue000",
	"\u07ff",
	"\u0800",
	"plain text ",
];

/** Text of any length, often longer than what is read at a time. */
export function anyText(random: Random): string {
	let text = "";
	for (let count = random.small(80); count > 0; count--) text += random.pick(WORDS);
	return text;
}

/** The bytes as UTF-16, lone surrogates and all. */
const unitsOf = (bytes: Uint8Array): string =>
	String.fromCharCode(...Array.from({ length: bytes.length >> 1 }, (_, at) => unitAt(bytes, 2 * at)));
const unitAt = (bytes: Uint8Array, at: number): number =>
	(bytes[at] as number) * 256 + (bytes[at + 1] as number);

function checkWriting(text: string): void {
	const length = unless(RangeError, () => utf8Length(text));
	demand((length !== undefined) === !/\p{Cs}/u.test(text), "takes a lone surrogate, or refuses text without");
	if (length === undefined) return;
	const bytes = new Uint8Array(length);
	demand(writeUtf8(bytes, 0, text) === length, "writes another number of bytes");
	demandSame(hexOf(bytes), hexOf(bytesOf(text)), "writes other bytes than Node");
}

export const utf8: Target = {
	name: "utf8",
	covers: ["firmware/mqtt/utf8.ts"],
	share: 6,
	generate: (random) =>
		random.chance(0.2) ? random.bytes(random.small(90)) : spoilt(bytesOf(anyText(random)), random),
	run: (input) => {
		const text = readUtf8(input);
		demandSame(
			JSON.stringify(text) ?? "",
			JSON.stringify(strictText(input)) ?? "",
			"Node reads something else",
		);
		if (text !== undefined) checkWriting(text);
		checkWriting(unitsOf(input));
		return text === undefined ? "ill-formed" : "text";
	},
};
