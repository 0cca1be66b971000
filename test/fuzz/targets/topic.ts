import { matchesFilter, topicFilterProblem, topicNameProblem } from "../../../firmware/mqtt/topic.js";
import { bytesOf, looseText } from "../bytes.js";
import type { Random } from "../random.js";
import { demand, type Target } from "../target.js";

const LEVELS = ["", "a", "b", "a+", "#", "+", "#", "+", "$SYS", "$", "é", "\0", "lamp", "a#"];

/** Those that may be in a topic name, and in a filter. */
const PLAIN = ["a", "b", "a", "b", "", "$SYS", "é", "lamp"];
const FILTERING = [...PLAIN, "+", "+", "+"];

function anyTopic(random: Random, usual: readonly string[]): string {
	const levels = random.chance(0.8) ? usual : LEVELS;
	return Array.from({ length: random.below(5) }, () => random.pick(levels)).join("/");
}

function anyFilter(random: Random): string {
	const filter = anyTopic(random, FILTERING);
	return random.chance(0.2) ? `${filter}/#` : filter;
}

/** A filter as 4.7.1 describes it, as a regular expression for the names it matches (4.7.2 included). */
function expressionOf(filter: string): RegExp {
	const levels = filter.split("/");
	const parts = levels.map((level, index) => {
		const name = level === "+" ? "[^/]*" : level.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
		if (level !== "#") return index === 0 ? name : `/${name}`;
		// It stands for the parent level too.
		return index === 0 ? ".*" : "(?:/.*)?";
	});
	const start = /^[#+]/.test(filter) ? "(?!\\$)" : "";
	return new RegExp(`^${start}${parts.join("")}$`, "su");
}

const isFilter = (text: string): boolean =>
	text !== "" && /^(?:[^#+\0/]*|\+)(?:\/(?:[^#+\0/]*|\+))*(?:(?:^|\/)#)?$/su.test(text === "#" ? "" : text);

/** Two texts, parted by U+000A. */
export const topic: Target = {
	name: "topic",
	covers: ["firmware/mqtt/topic.ts"],
	share: 4,
	generate: (random) => bytesOf(`${anyTopic(random, PLAIN)}\n${anyFilter(random)}`),
	run: (input) => {
		const [name = "", filter = ""] = looseText(input).split("\n");
		const bytes = bytesOf(name);
		const isName = topicNameProblem(bytes) === undefined;
		demand(isName === (name !== "" && !/[#+\0]/.test(name)), "another opinion of the topic name");
		const fits = topicFilterProblem(filter) === undefined;
		demand(fits === isFilter(filter), "another opinion of the topic filter");
		const matches = matchesFilter(name, filter);
		if (!isName || !fits) return "neither";
		demand(matches === expressionOf(filter).test(name), "another opinion of the match");
		return matches ? "match" : "no match";
	},
};
