import type { Sample } from "../web/protocol.js";
import { readings } from "./words.js";

/** Where a chart is drawn, in pixels, and what of time and light it shows. */
export interface Frame {
	readonly from: number;
	readonly to: number;
	readonly minimum: number;
	readonly maximum: number;
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}

/** What is drawn of the samples. */
export interface Plot {
	/** An SVG path; empty without samples. */
	readonly line: string;
	/** When the LED was on, as pixels from the left. */
	readonly lit: readonly { readonly from: number; readonly to: number }[];
	/** The last sample. */
	readonly last?: { readonly x: number; readonly y: number };
}

/** The pixel of a moment. */
export const xOf = ({ from, to, left, width }: Frame, time: number): number =>
	left + (width * (time - from)) / (to - from);

/** The pixel of a level; what is out of the range is drawn at its edge. */
export function yOf({ minimum, maximum, top, height }: Frame, light: number): number {
	const share = (light - minimum) / (maximum - minimum);
	return top + height * (1 - Math.min(1, Math.max(0, share)));
}

/**
 * The line of the light and the spans of the LED. At most four points a pixel
 * column are drawn (the first, the lowest, the highest, the last), so that an
 * hour of four samples a second is no more work than a minute.
 */
export function plot(samples: readonly Sample[], frame: Frame): Plot {
	// The one before the first is drawn too: the line enters from the left edge.
	const begin = Math.max(0, indexAt(samples, frame.from) - 1);
	const shown = samples.slice(begin);
	const points: string[] = [];
	for (let at = 0; at < shown.length; ) {
		const column = Math.round(xOf(frame, (shown[at] as Sample).t));
		let end = at;
		while (end < shown.length && Math.round(xOf(frame, (shown[end] as Sample).t)) === column) end++;
		for (const sample of corners(shown.slice(at, end))) points.push(pointOf(frame, sample));
		at = end;
	}
	const last = shown.at(-1);
	return {
		line: points.length === 0 ? "" : `M${points.join("L")}`,
		lit: spans(shown, frame),
		...(last === undefined
			? {}
			: { last: { x: clip(frame, xOf(frame, last.t)), y: yOf(frame, last.light) } }),
	};
}

/** Pixels between two marks at least. */
const MARK_GAP = 7;

/** Where readings that came late are marked, in pixels: where they are too close to be told apart, the first of them. */
export function marks(
	late: readonly Sample[],
	frame: Frame,
): readonly { readonly x: number; readonly y: number }[] {
	const marked: { x: number; y: number }[] = [];
	for (const { t, light } of late) {
		const x = xOf(frame, t);
		if (t < frame.from || t > frame.to || x - (marked.at(-1)?.x ?? Number.NEGATIVE_INFINITY) < MARK_GAP)
			continue;
		marked.push({ x, y: yOf(frame, light) });
	}
	return marked;
}

/** How many samples are in a span of time. */
export const countIn = (samples: readonly Sample[], { from, to }: Pick<Frame, "from" | "to">): number =>
	Math.max(0, indexAt(samples, to + 1) - indexAt(samples, from));

/** The sample at a moment: the last one until then. */
export const sampleAt = (samples: readonly Sample[], time: number): Sample | undefined =>
	samples[indexAt(samples, time + 1) - 1];

/** How many samples are before a moment; they are in order. */
function indexAt(samples: readonly Sample[], time: number): number {
	let [low, high] = [0, samples.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((samples[middle] as Sample).t < time) low = middle + 1;
		else high = middle;
	}
	return low;
}

function corners(column: readonly Sample[]): readonly Sample[] {
	if (column.length <= 2) return column;
	const inner = column.slice(1, -1);
	const lowest = inner.reduce((least, sample) => (sample.light < least.light ? sample : least));
	const highest = inner.reduce((most, sample) => (sample.light > most.light ? sample : most));
	const between = lowest.t < highest.t ? [lowest, highest] : [highest, lowest];
	return [column[0] as Sample, ...between, column.at(-1) as Sample];
}

function spans(samples: readonly Sample[], frame: Frame): Plot["lit"] {
	const lit: { from: number; to: number }[] = [];
	let since: number | undefined;
	const end = (time: number): void => {
		if (since !== undefined && time > frame.from)
			lit.push({ from: clip(frame, xOf(frame, since)), to: clip(frame, xOf(frame, time)) });
		since = undefined;
	};
	for (const { t, led } of samples) {
		if (led === true) since ??= t;
		else end(t);
	}
	end(frame.to);
	return lit;
}

const clip = ({ left, width }: Frame, x: number): number => Math.min(left + width, Math.max(left, x));
const pointOf = (frame: Frame, { t, light }: Sample): string =>
	`${clip(frame, xOf(frame, t)).toFixed(1)} ${yOf(frame, light).toFixed(1)}`;

/** Round levels of a range, six to twelve of them: for a scale. */
export function ticks(minimum: number, maximum: number): readonly number[] {
	const rough = (maximum - minimum) / 6;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = power * (rough >= 5 * power ? 5 : rough >= 2 * power ? 2 : 1);
	const first = Math.ceil(minimum / step);
	return Array.from({ length: Math.floor(maximum / step) - first + 1 }, (_, at) => (first + at) * step);
}

/** What a chart says to who cannot see it. */
export function describe(
	what: string,
	samples: readonly Sample[],
	{ from, to }: { from: number; to: number },
	span: string,
	threshold: number,
	late: readonly Sample[],
): string {
	const shown = samples.slice(indexAt(samples, from));
	const last = shown.at(-1);
	if (last === undefined) return `${what} over the last ${span}: no readings.`;
	const lights = shown.map(({ light }) => light);
	const low = lights.reduce((least, light) => Math.min(least, light));
	const high = lights.reduce((most, light) => Math.max(most, light));
	const times = shown.filter(({ led }, at) => led === true && shown[at - 1]?.led !== true).length;
	const now = last.led === undefined ? "" : `; the LED is ${last.led ? "on" : "off"} now`;
	const lit =
		times === 0 ? "the LED was not on" : `the LED was on ${times === 1 ? "once" : `${times} times`}`;
	const since = to - (shown[0] as Sample).t;
	const part = since < (to - from) * 0.9 ? ", as far as known," : "";
	const count = countIn(late, { from, to });
	const came = count === 0 ? "" : ` ${readings(count)} came late.`;
	return `${what} over the last ${span}${part} was ${low} to ${high}, and is ${last.light} now. The threshold is ${threshold}; ${lit}${now}.${came}`;
}
