import { useState } from "preact/hooks";
import type { DeviceView, Rule, Sample } from "../web/protocol.js";
import { captions } from "./captions.js";
import { useNow, useSize } from "./hooks.js";
import { countIn, describe, type Frame, marks as marksOf, plot, sampleAt, xOf, yOf } from "./plot.js";
import { limitWords } from "./rule-for.js";
import { Segments } from "./segments.js";
import type { Spell } from "./store.js";
import { clock, FAULTS, reading } from "./words.js";

const SPANS = [
	[60_000, "1 min"],
	[600_000, "10 min"],
	[3_600_000, "1 h"],
] as const;
/** What is written at the quarters of a span. */
const QUARTERS: Readonly<Record<number, readonly string[]>> = {
	60000: ["−1 min", "−45 s", "−30 s", "−15 s", "now"],
	600000: ["−10 min", "−7.5", "−5", "−2.5", "now"],
	3600000: ["−1 h", "−45 min", "−30", "−15", "now"],
};
const LEFT = 40;
const TOP = 8;
const BOTTOM = 24;

/** Light, threshold and LED over the last minute to the last hour. */
export function Chart(props: {
	/** What is measured, with a capital. */
	what: string;
	samples: readonly Sample[];
	late: readonly Sample[];
	spells: readonly Spell[];
	rule: Rule;
	range: DeviceView["range"];
	skew: number;
}) {
	const [span, setSpan] = useState<number>(60_000);
	const [pointed, setPointed] = useState<number>();
	// A pixel's time at most, and not more often than needed.
	const now = useNow(span === 60_000 ? 500 : 1000, props.skew);
	const [ref, width, height] = useSize();
	const frame: Frame = {
		from: now - span,
		to: now,
		...props.range,
		left: LEFT,
		top: TOP,
		width: Math.max(1, width - LEFT),
		height: Math.max(1, height - TOP - BOTTOM),
	};
	const at = pointed === undefined ? undefined : frame.from + ((pointed - LEFT) / frame.width) * span;
	const sample = at === undefined ? undefined : sampleAt(props.samples, at);
	const name = SPANS.find(([value]) => value === span)?.[1] ?? "";
	const move = (x: number): void => setPointed(Math.min(LEFT + frame.width, Math.max(LEFT, x)));
	const onKeyDown = (event: KeyboardEvent): void => {
		const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
		if (event.key === "Escape") setPointed(undefined);
		if (step === undefined) return;
		event.preventDefault();
		move((pointed ?? LEFT + frame.width) + step * (event.shiftKey ? 40 : 8));
	};
	return (
		<section class="chart pad" aria-labelledby="chart-title">
			<div class="head">
				<h2 id="chart-title">{props.what} and LED</h2>
				<span class="soft at">
					{at !== undefined && sample !== undefined && (
						<>
							{clock(at, true).slice(0, -2)} <b>{reading(sample.light)}</b>
							{sample.led === undefined ? "" : `, LED ${sample.led ? "on" : "off"}`}
						</>
					)}
					{at === undefined && countIn(props.late, frame) > 0 && (
						<>
							<i class="late-ring" aria-hidden="true" /> late
						</>
					)}
				</span>
				<Segments plain label="Time shown" value={span} options={SPANS} onChoose={setSpan} />
			</div>
			<div
				ref={ref}
				class="plot"
				role="img"
				// biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the line that the pointer moves
				tabIndex={0}
				aria-label={describe(props.what, props.samples, frame, name, props.rule.threshold, props.late)}
				onPointerMove={(event) => move(event.clientX - event.currentTarget.getBoundingClientRect().left)}
				onPointerLeave={() => setPointed(undefined)}
				onBlur={() => setPointed(undefined)}
				onKeyDown={onKeyDown}
			>
				{width > 0 && (
					<Drawing
						{...props}
						frame={frame}
						marks={QUARTERS[span] ?? []}
						pointed={pointed}
						level={sample?.light}
					/>
				)}
			</div>
		</section>
	);
}

/** Whether the line is below the threshold where the chart begins: words stand on the other side. */
function isBelow(samples: readonly Sample[], { from, to }: Frame, threshold: number): boolean {
	const light = sampleAt(samples, from + (to - from) / 6)?.light ?? samples[0]?.light;
	return light !== undefined && light < threshold;
}

function Drawing(props: {
	samples: readonly Sample[];
	late: readonly Sample[];
	spells: readonly Spell[];
	rule: Rule;
	frame: Frame;
	marks: readonly string[];
	pointed: number | undefined;
	level: number | undefined;
}) {
	const { samples, late, spells, rule, frame, marks, pointed, level } = props;
	const { left, top, width, height, minimum, maximum, from } = frame;
	const { line, lit, last } = plot(samples, frame);
	const [right, bottom] = [left + width, top + height];
	const upper = rule.threshold + rule.hysteresis;
	const [low, high] = [yOf(frame, rule.threshold), yOf(frame, upper)];
	const words = limitWords(rule);
	const narrow = width < 380;
	const faults = spells
		.filter(({ to }) => to === undefined || to >= from)
		.map(({ name, from: began, to: ended }) => ({
			from: Math.max(left, xOf(frame, began)),
			to: ended === undefined ? right : Math.min(right, xOf(frame, ended)),
			text: FAULTS[name].name,
		}));
	const levels = [minimum, rule.threshold, maximum].filter(
		(_, index) => index !== 1 || (bottom - low > 14 && low - top > 14),
	);
	return (
		<svg aria-hidden="true" width="100%" height="100%">
			{lit.map((part) => (
				<g key={part.from}>
					<rect class="wash" x={part.from} width={Math.max(1, part.to - part.from)} y={top} height={height} />
					<rect class="on" x={part.from} width={Math.max(1, part.to - part.from)} y={bottom - 4} height="4" />
					{part.to - part.from > 64 && (
						<text class="on-text" x={part.from + 8} y={top + 20}>
							LED on
						</text>
					)}
				</g>
			))}
			{rule.hysteresis > 0 && <rect class="band" x={left} width={width} y={high} height={low - high} />}
			<line class="threshold" x1={left} x2={right} y1={low} y2={low} />
			<line class="base" x1={left} x2={right} y1={bottom + 0.5} y2={bottom + 0.5} />
			{!narrow && (
				<text x={left + 8} y={isBelow(samples, frame, rule.threshold) ? high - 6 : low + 14}>
					{words}
				</text>
			)}
			{faults.map(({ from: begin, to: end, text }) => (
				<rect
					key={text + begin}
					class="fault-bar"
					x={begin}
					width={Math.max(1, end - begin)}
					y={top}
					height="3"
				/>
			))}
			{captions(faults, lit).map(({ from: begin, to: end, text, row }) => (
				<text key={text + begin} x={end - 8} y={top + 20 + 16 * row} text-anchor="end">
					{text}
				</text>
			))}
			<path class="line" d={line} />
			{last !== undefined && last.x < right - 2 && (
				<line class="still" x1={last.x} x2={right} y1={last.y} y2={last.y} />
			)}
			{marksOf(late, frame).map(({ x, y }) => (
				<circle key={x} class="late" cx={x} cy={y} r="3" />
			))}
			{last !== undefined && <circle class="last" cx={last.x} cy={last.y} r="3.5" />}
			{levels.map((value) => (
				<text key={value} x={left - 8} y={yOf(frame, value) + 4} text-anchor="end">
					{reading(value)}
				</text>
			))}
			{marks.map((mark, index) =>
				narrow && index % 2 === 1 ? null : (
					<text
						key={mark}
						x={left + (width * index) / 4}
						y={bottom + 20}
						text-anchor={index === 4 ? "end" : index === 0 ? "start" : "middle"}
					>
						{mark}
					</text>
				),
			)}
			{pointed !== undefined && level !== undefined && (
				<g>
					<line class="pointer" x1={pointed} x2={pointed} y1={top} y2={bottom} />
					<circle class="pointed" cx={pointed} cy={yOf(frame, level)} r="4" />
				</g>
			)}
		</svg>
	);
}
