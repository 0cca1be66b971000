/** Colours (`#rrggbb`) at a light level. */
type Stop = readonly [light: number, ...colours: string[]];

/** The scale of the colours below; a sensor's range is stretched to it. */
const FULL = 1023;

/** By light: top, middle and horizon. Top and middle stay dark enough for white text. */
const SKY: readonly Stop[] = [
	[0, "#04071a", "#0a1030", "#1a2450"],
	[150, "#0a1033", "#1b2356", "#4d3d68"],
	[300, "#16255a", "#3b4280", "#c67f60"],
	[450, "#174a88", "#3568a4", "#e3bb92"],
	[700, "#125498", "#2a72b4", "#bcd8ea"],
	[1023, "#1059a2", "#2877be", "#c4e3f6"],
];

/** By light: the ground in front, the ground at the horizon, and the hills behind it. */
const GROUND: readonly Stop[] = [
	[0, "#05070f", "#0b0f1d", "#090d1c"],
	[150, "#0b0d18", "#1a1a2c", "#141630"],
	[300, "#1d1c28", "#4a3c42", "#3c2f4e"],
	[450, "#3b3f45", "#84796f", "#6f6a7c"],
	[700, "#566067", "#97a1a2", "#7f9db4"],
	[1023, "#66727a", "#a9b5b7", "#8db0c8"],
];

const SUN: readonly Stop[] = [
	[0, "#c9553a"],
	[300, "#ff8a4a"],
	[450, "#ffc474"],
	[700, "#ffe9b8"],
	[1023, "#fffbea"],
];

/** What the picture's colours and strengths are at a light level; strengths are 0 to 1. */
export interface Sky {
	readonly top: string;
	readonly middle: string;
	readonly horizon: string;
	readonly ground: string;
	readonly far: string;
	readonly hills: string;
	readonly sun: string;
	readonly stars: number;
	readonly day: number;
	/** How bright the device is in it: about 0.5 to 1.25. */
	readonly ambient: number;
	/** How strong the light around the sun is. */
	readonly sunlight: number;
	/** How strong the LED's light on what surrounds it is, if it is on. */
	readonly glow: number;
}

/** The picture's colours by the light, as a share (0 to 1) of the sensor's range. */
export function skyAt(share: number): Sky {
	const light = clamp(share) * FULL;
	const [top, middle, horizon] = between(SKY, light);
	const [ground, far, hills] = between(GROUND, light);
	const [sun] = between(SUN, light);
	const day = clamp((light - 60) / 640);
	return {
		...{ top, middle, horizon, ground, far, hills, sun, day },
		stars: clamp((330 - light) / 260),
		ambient: 0.5 + 0.75 * day,
		sunlight: (0.25 + 0.6 * Math.sin(Math.min(1, light / 420) * (Math.PI / 2))) * (1 - 0.6 * day),
		glow: 1 - 0.72 * day,
	};
}

/** Where in the sky (0 its top, 1 the horizon) the gradient has which colour. */
export function colourAt({ top, middle, horizon }: Sky, height: number): string {
	const at = clamp(height);
	return at < 0.44 ? mix(top, middle, at / 0.44) : mix(middle, horizon, (at - 0.44) / 0.56);
}

/** White or near-black, whichever can be read better on a colour. */
export const inkOn = (colour: string): string =>
	contrast(colour, "#ffffff") >= contrast(colour, DARK) ? "#ffffff" : DARK;

const DARK = "#00040a";

/** The contrast of two colours, 1 to 21, as WCAG 2 defines it. */
export function contrast(one: string, other: string): number {
	const [a, b] = [luminance(one), luminance(other)];
	return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** The colour at a share (0 to 1) of the way from one to another. */
export function mix(from: string, to: string, share: number): string {
	const [a, b] = [channels(from), channels(to)];
	return `#${a.map((value, index) => hex(value + ((b[index] ?? 0) - value) * share)).join("")}`;
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
const hex = (value: number): string => Math.round(value).toString(16).padStart(2, "0");
const channels = (colour: string): number[] =>
	[1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

function luminance(colour: string): number {
	const [red, green, blue] = channels(colour).map((value) => {
		const share = value / 255;
		return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function between(stops: readonly Stop[], light: number): [string, string, string] {
	const upper = Math.max(
		1,
		stops.findIndex(([at]) => at >= light),
	);
	const [[low, ...from], [high, ...to]] = [stops[upper - 1], stops[upper]] as [Stop, Stop];
	return from.map((colour, index) => mix(colour, to[index] ?? colour, (light - low) / (high - low))) as [
		string,
		string,
		string,
	];
}
