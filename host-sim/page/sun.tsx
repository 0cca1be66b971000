import type { DeviceView, Rule } from "../web/protocol.js";
import { useSize } from "./hooks.js";
import { ticks } from "./plot.js";
import { colourAt, inkOn, type Sky } from "./sky.js";
import { capitalised, quantity, reading } from "./words.js";

/** The scale begins this far below the sky's top; CSS says the same. */
const TOP = 96;

/**
 * The sun on its scale: its height is the light, the horizon is the least.
 * With `onMove` it is a slider.
 */
export function Sun(props: {
	device: DeviceView;
	light: number | undefined;
	sky: Sky;
	rule: Rule;
	onMove: ((light: number) => void) | undefined;
}) {
	const { device, light, sky, rule, onMove } = props;
	const [ref, , height] = useSize();
	const { minimum, maximum } = device.range;
	const y = (level: number): number => height * (1 - (level - minimum) / (maximum - minimum));
	const ink = (level: number): string => inkOn(colourAt(sky, (TOP + y(level)) / (TOP + height)));
	const upper = Math.min(maximum, rule.threshold + rule.hysteresis);
	const inside = rule.threshold >= minimum && rule.threshold <= maximum;
	return (
		<div class="sun" ref={ref}>
			<svg aria-hidden="true">
				<line x1="28" x2="28" y1="0" y2={height} stroke="#fff" stroke-opacity=".45" />
				{ticks(minimum, maximum).map((level) => (
					<line
						key={level}
						x1="24"
						x2="32"
						y1={y(level)}
						y2={y(level)}
						stroke={ink(level)}
						stroke-opacity=".6"
					/>
				))}
				{inside && (
					<g>
						<rect
							x="22"
							width="12"
							y={y(upper)}
							height={y(rule.threshold) - y(upper)}
							fill={ink(upper)}
							fill-opacity=".35"
						/>
						<line
							x1="14"
							x2="42"
							y1={y(rule.threshold)}
							y2={y(rule.threshold)}
							stroke={ink(rule.threshold)}
							stroke-width="2"
						/>
						<text x="50" y={y(rule.threshold) + 4} fill={ink(rule.threshold)}>
							{reading(rule.threshold)}
						</text>
					</g>
				)}
			</svg>
			{onMove === undefined ? (
				light !== undefined && <i class="disc" aria-hidden="true" />
			) : (
				<input
					type="range"
					class="light-slider"
					min={minimum}
					max={maximum}
					step={maximum - minimum > 10 ? 1 : "any"}
					value={light ?? minimum}
					aria-label={`${capitalised(quantity(device))}, ${reading(minimum)} to ${reading(maximum)}`}
					aria-valuetext={light === undefined ? "not known" : spoken(light, rule)}
					onInput={(event) => onMove(event.currentTarget.valueAsNumber)}
				/>
			)}
		</div>
	);
}

const spoken = (light: number, { threshold }: Rule): string =>
	`${reading(light)}, ${light < threshold ? "below" : "not below"} the threshold ${reading(threshold)}`;
