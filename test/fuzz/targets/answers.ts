import { readAnswer } from "../../../firmware/outbox/answer.js";
import { bytesOf, strictText } from "../bytes.js";
import { anyJson } from "../json-text.js";
import { spoilt } from "../mutate.js";
import { demand, demandSame, type Target } from "../target.js";

const NAMES = ["stream", "through", "by", "since"];
const USUAL = [
	'"stream":"abcdefgh"',
	'"through":17',
	'"through":0',
	'"through":-1',
	'"through":1.5',
	'"by":"nightlight"',
	'"by":""',
	'"since":1',
	'"stream":7',
];

/** What a server's answer says by JSON.parse; `undefined`: it is none. */
function parsed(text: string | undefined): string | undefined {
	let value: unknown;
	try {
		value = JSON.parse((text ?? "").replace(/^\ufeff/, ""));
	} catch {
		return undefined;
	}
	if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
	const { stream, through, by } = value as Record<string, unknown>;
	const isName = (name: unknown) =>
		typeof name === "string" && name !== "" && name.length <= 64 && !/\p{Cs}/u.test(name);
	const isNumber = Number.isInteger(through) && (through as number) >= 0 && (through as number) < 2 ** 48;
	return isName(stream) && isName(by) && isNumber ? JSON.stringify({ stream, through, by }) : undefined;
}

/** What a server says that it has. */
export const answers: Target = {
	name: "answers",
	covers: ["firmware/outbox/answer.ts"],
	share: 2,
	generate: (random) => {
		const members = Array.from({ length: 3 + random.small(4) }, () => random.pick(USUAL));
		const text = random.chance(0.3)
			? anyJson(random, NAMES)
			: `{${[...USUAL.slice(0, 2), USUAL[5], ...members].join(",")}}`;
		return spoilt(bytesOf(text), random, 0.6);
	},
	run: (input) => {
		const text = strictText(input);
		const answer = readAnswer(text);
		if ("code" in answer) {
			demand(answer.reason !== "", "refused without a reason");
			// Deeper than a device reads is refused as well.
			if (answer.code !== "too-deep") demand(parsed(text) === undefined, `refused: ${answer.reason}`);
			return "refused";
		}
		demandSame(JSON.stringify(answer), parsed(text) ?? "none", "another answer than JSON.parse");
		return "taken";
	},
};
