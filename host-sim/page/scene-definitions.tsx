type Stops = readonly (readonly [offset: number, colour: string, opacity?: number])[];

const stops = (list: Stops) =>
	list.map(([offset, colour, opacity = 1]) => (
		<stop key={offset} offset={offset} stop-color={colour} stop-opacity={opacity} />
	));

const HALO: Stops = [
	[0, "#ffd48a", 0.95],
	[0.08, "#ffbe5c", 0.62],
	[0.3, "#ff9f2e", 0.24],
	[0.62, "#ff8a1e", 0.07],
	[1, "#ff8a1e", 0],
];
const POOL: Stops = [
	[0, "#ffd894", 0.85],
	[0.22, "#ffb450", 0.5],
	[0.6, "#ff9a30", 0.16],
	[1, "#ff9a30", 0],
];
const RIM: Stops = [
	[0, "#ffb04a", 0.6],
	[0.22, "#ff9a30", 0.2],
	[0.6, "#ff9a30", 0],
];
const EDGE: Stops = [
	[0, "#ffd28a"],
	[0.35, "#ffb450", 0.35],
	[0.8, "#ffb450", 0],
];
const SLAB: Stops = [
	[0, "#343941"],
	[0.5, "#1d2026"],
	[1, "#131519"],
];
const DOME: Stops = [
	[0, "#fff", 0.75],
	[0.35, "#f3e7cf", 0.42],
	[1, "#d9c8a6", 0.62],
];
const LIT: Stops = [
	[0, "#fffdf4"],
	[0.5, "#ffe3a6"],
	[1, "#ffb84a"],
];

const DRAWN = (
	<defs>
		<linearGradient id="scene-slab" x1="0" y1="0" x2="1" y2="1">
			{stops(SLAB)}
		</linearGradient>
		<linearGradient id="scene-ground" x1="0" y1="0" x2="0" y2="1">
			<stop class="ground-far" offset="0" />
			<stop class="ground-near" offset="1" />
		</linearGradient>
		<radialGradient id="scene-halo">{stops(HALO)}</radialGradient>
		<radialGradient id="scene-pool">{stops(POOL)}</radialGradient>
		<linearGradient id="scene-rim" x1="1" y1="0" x2="0" y2="0">
			{stops(RIM)}
		</linearGradient>
		<linearGradient id="scene-edge" x1="1" y1="0" x2="0" y2="0">
			{stops(EDGE)}
		</linearGradient>
		<linearGradient id="scene-dome">{stops(DOME)}</linearGradient>
		<radialGradient id="scene-lit" cx=".5" cy=".55">
			{stops(LIT)}
		</radialGradient>
		<filter id="scene-softer" x="-50%" y="-200%" width="200%" height="500%">
			<feGaussianBlur stdDeviation="8" />
		</filter>
		<filter id="scene-soft" x="-50%" y="-200%" width="200%" height="500%">
			<feGaussianBlur stdDeviation="3" />
		</filter>
	</defs>
);

/** Gradients and blurs of the scene. */
export const Definitions = () => DRAWN;
