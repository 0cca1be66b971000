import type { RuleView, VoteView } from "../web/protocol.js";
import { useNow, useSize } from "./hooks.js";
import { ticks } from "./plot.js";
import { linkTo } from "./route.js";
import { absenceWords, ruleSentence, testWords, voteName } from "./rule-words.js";
import { DOT, dotsOf, scaleOf } from "./vote-dots.js";
import { ago, reading } from "./words.js";

/** Pixels: of the dots, and of the scale beneath them. */
const [DOTS, SCALE] = [48, 24];

/** So few votes are always listed. */
const FEW = 6;

/** What the rules of the rule file make of many sensors: each vote, the median, the decision, what it waits for. */
export function Rules({ rules, skew, pads }: { rules: readonly RuleView[]; skew: number; pads?: boolean }) {
	const now = useNow(500, skew);
	if (rules.length === 0) return null;
	return (
		<section class={pads ? "rules pad" : "rules"} aria-label="Rules">
			{rules.map((rule) => (
				<Panel key={rule.name} rule={rule} now={now} />
			))}
		</section>
	);
}

function Panel({ rule, now }: { rule: RuleView; now: number }) {
	const { name, on, commands } = rule;
	const missing = rule.votes.filter(({ absence }) => absence !== undefined);
	return (
		<article class="rule">
			<div class="rule-head">
				<h2>
					<span class={on ? "lamp on" : "lamp"} aria-hidden="true" />
					{name}
				</h2>
				<span class="soft">{testWords(rule)}</span>
				<span class="soft commands">
					commands{" "}
					{commands.slice(0, 4).map((id, index) => (
						<>
							{index > 0 && ", "}
							<a class="mono" href={linkTo(id)}>
								{id}
							</a>
						</>
					))}
					{commands.length > 4 && ` and ${commands.length - 4} more`}
				</span>
			</div>
			<p>{ruleSentence(rule, now)}</p>
			<Votes rule={rule} />
			{missing.length > 0 && (
				<p class="soft missing">
					No vote:{" "}
					{missing
						.slice(0, 8)
						.map((vote) => `${voteName(vote, rule)} (${absenceWords(vote, now)})`)
						.join(", ")}
					{missing.length > 8 && ` and ${missing.length - 8} more`}
				</p>
			)}
			<details open={rule.votes.length <= FEW}>
				<summary>{rule.votes.length === 1 ? "1 sensor" : `${rule.votes.length} sensors`}</summary>
				<ul class="votes">
					{rule.votes.map((vote) => (
						<Vote key={`${vote.device} ${vote.sensor}`} rule={rule} vote={vote} now={now} />
					))}
				</ul>
			</details>
		</article>
	);
}

function Vote({ rule, vote, now }: { rule: RuleView; vote: VoteView; now: number }) {
	const { device, value, at, on } = vote;
	return (
		<li>
			<a class="mono" href={linkTo(device)}>
				{voteName(vote, rule)}
			</a>
			<b>{value === undefined ? "" : reading(value)}</b>
			<span class="soft">
				{on === undefined ? absenceWords(vote, now) : `${on ? "on" : "off"}, ${ago(now - (at ?? now))}`}
			</span>
		</li>
	);
}

/** Each vote as a dot on the scale of its sensor: full for on, hollow for off, small and grey without a vote. */
function Votes({ rule }: { rule: RuleView }) {
	const [ref, width] = useSize();
	const { test, median, votes } = rule;
	const scale = scaleOf(rule, width);
	const { x } = scale;
	const base = DOTS;
	const upper = test.below + test.hysteresis;
	return (
		<div class="dots" ref={ref} style={{ height: `${DOTS + SCALE}px` }}>
			{width > 0 && (
				<svg width={width} height={DOTS + SCALE} role="img" aria-label={describeVotes(rule)}>
					{test.hysteresis > 0 && (
						<rect class="band" x={x(test.below)} y={0} width={x(upper) - x(test.below)} height={base} />
					)}
					<line class="base" x1={0} x2={width} y1={base} y2={base} />
					{ticks(scale.from, scale.to).map((value) => (
						<text key={value} x={x(value)} y={base + 18} text-anchor="middle">
							{reading(value)}
						</text>
					))}
					<line class="threshold" x1={x(test.below)} x2={x(test.below)} y1={0} y2={base} />
					{median !== undefined && test.kind === "median" && (
						<path class="median" d={`M${x(median)} ${base + 1}l-5 7h10z`} />
					)}
					{dotsOf(votes, scale, DOTS).map(({ vote, x: left, y }) => (
						<circle
							key={`${vote.device} ${vote.sensor}`}
							class={vote.on === undefined ? "none" : vote.on ? "yes" : "not"}
							cx={left}
							cy={base - y}
							r={vote.on === undefined ? 2 : DOT / 2 - 1}
						>
							<title>{`${voteName(vote, rule)}: ${vote.value}`}</title>
						</circle>
					))}
				</svg>
			)}
		</div>
	);
}

function describeVotes({ votes, median, test }: RuleView): string {
	const on = votes.filter((vote) => vote.on === true).length;
	const off = votes.filter((vote) => vote.on === false).length;
	const middle = median === undefined ? "" : `; the median is ${reading(median)}`;
	return `${on} of ${votes.length} votes are below ${reading(test.below)}, ${off} are not, ${votes.length - on - off} sensors have none${middle}.`;
}
