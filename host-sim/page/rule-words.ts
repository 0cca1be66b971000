import type { RuleView, VoteView } from "../web/protocol.js";
import { elapsed, reading, roughly } from "./words.js";

/** What a rule has decided and why, in a sentence. @param now by the service's clock */
export function ruleSentence(rule: RuleView, now: number): string {
	const { on, since = now, waits } = rule;
	if (waits?.for === "link")
		return `The server has no connection: ${on === undefined ? "nothing is decided" : `it stays ${word(on)}`}.`;
	if (on === undefined) return `${notYet(rule, now)}.`;
	const is = `${on ? "On" : "Off"} for ${elapsed(now - since)}`;
	return `${is}: ${why(rule, on)}${waiting(rule, now)}.`;
}

/** Which votes it asks for: `on when the median is below 300`. */
export function testWords({ test, quorum, votes }: RuleView): string {
	const limit = `below ${reading(test.below)}${test.hysteresis > 0 ? `, off from ${reading(test.below + test.hysteresis)}` : ""}`;
	const what =
		test.kind === "median"
			? `on when the median is ${limit}`
			: `on when ${test.count} of ${votes.length} are ${limit}`;
	const usual = test.kind === "median" ? 1 : test.count;
	return quorum > usual ? `${what}; needs ${quorum} votes` : what;
}

/** Why a sensor has no vote, and for how long: `stale, heard 12 s ago`. */
export function absenceWords({ absence, at }: VoteView, now: number): string {
	switch (absence) {
		case "stale":
			return at === undefined ? "stale" : `stale, heard ${roughly(now - at)} ago`;
		case "stuck":
			return "stuck, always the same";
		case "awaited":
			return "not heard yet";
		default:
			return "silent";
	}
}

/** What a vote is called: its device, or where a rule asks several sensors of one, the sensor. */
export const voteName = ({ device, sensor }: VoteView, { votes }: RuleView): string =>
	votes.every((vote) => vote.device === device)
		? sensor
		: votes.some((vote) => vote.sensor !== sensor)
			? `${device} ${sensor}`
			: device;

const word = (on: boolean): string => (on ? "on" : "off");

const counted = ({ votes }: RuleView): readonly VoteView[] => votes.filter(({ on }) => on !== undefined);

function why(rule: RuleView, on: boolean): string {
	const { median, test, reason, quorum, otherwise } = rule;
	const having = counted(rule);
	if (reason === "quorum" || having.length < quorum) {
		const few = `${having.length} of the ${quorum} votes that it needs`;
		return otherwise === "keep" ? `only ${few}, so it stays` : `only ${few}, so it is ${otherwise}`;
	}
	// By the limit that holds now.
	const upper = test.below + test.hysteresis;
	if (test.kind === "median") {
		const limit = on ? upper : test.below;
		const is = median === undefined ? "not known" : reading(median);
		const place = median !== undefined && median < limit ? "below" : "not below";
		return `the median of ${having.length} is ${is}, ${place} ${reading(limit)}`;
	}
	const below = having.filter((vote) => vote.on).length;
	return `${below} of ${having.length} ${below === 1 ? "is" : "are"} below ${reading(test.below)}, and ${test.count} are asked for`;
}

function waiting({ waits }: RuleView, now: number): string {
	if (waits === undefined) return "";
	const left = waits.until === undefined ? "" : ` for ${roughly(waits.until - now)} more`;
	switch (waits.for) {
		case "minimum-on":
			return `; it stays on${left}, as the rule has it`;
		case "minimum-off":
			return `; it stays off${left}, as the rule has it`;
		case "votes":
			return `; it waits${left} for sensors that it has not heard of`;
		case "link":
			return "";
	}
}

function notYet(rule: RuleView, now: number): string {
	const { votes, waits, quorum } = rule;
	if (waits?.for === "votes") {
		const missing = votes.filter(({ absence }) => absence === "awaited").length;
		const left = waits.until === undefined ? "" : `, for ${roughly(waits.until - now)} more`;
		return `Not decided yet: it waits for ${missing} of ${votes.length} sensors${left}`;
	}
	return `Not decided yet: ${counted(rule).length} of the ${quorum} votes that it needs`;
}
