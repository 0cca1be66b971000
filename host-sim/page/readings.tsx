import type { Act, DeviceView, LinkView, Rule } from "../web/protocol.js";
import { useNow } from "./hooks.js";
import { Segments } from "./segments.js";
import { reason } from "./sentence.js";
import { capitalised, quantity, reading } from "./words.js";

type Ask = (what: Act) => Promise<void>;

const SOURCES = { day: "Day", csv: "CSV", hand: "By hand" } as const;

/** The light as a number, and where it comes from. */
export function LightReading({
	device,
	light,
	ask,
}: {
	device: DeviceView;
	light: number | undefined;
	ask: Ask;
}) {
	const { source, sources, range, kind } = device;
	return (
		<div class="read read-light">
			<h2 class="lab">{capitalised(quantity(device))}</h2>
			<p class="big light-value">{light === undefined ? "–" : reading(light)}</p>
			<p class="why">
				{kind === "remote" ? "last reading, " : ""}of {reading(range.maximum)}
			</p>
			{sources.length > 0 && (
				<Segments
					label="Source of the light"
					value={source}
					options={sources.map((name) => [name, SOURCES[name]] as const)}
					onChoose={(chosen) =>
						ask({ act: "source", device: device.id, source: chosen as "day" | "csv" | "hand" })
					}
				/>
			)}
		</div>
	);
}

const HOLDS = [
	["auto", "Auto"],
	["on", "On"],
	["off", "Off"],
] as const;

/** What the LED does and why, and who decides it. */
export function LedReading(props: {
	device: DeviceView;
	rule: Rule;
	server: LinkView;
	skew: number;
	ask: Ask;
}) {
	const { device, rule, server, skew, ask } = props;
	const now = useNow(1000, skew);
	const { led, hold } = device;
	return (
		<div class="read read-led">
			<h2 class="lab">LED</h2>
			<p class="big led-value">{led === undefined ? "–" : led ? "On" : "Off"}</p>
			<p class="why">{reason({ device, rule, server, now })}</p>
			{device.hub === undefined && (
				<Segments
					label="Who decides"
					value={hold === undefined ? "auto" : hold.led ? "on" : "off"}
					options={HOLDS}
					onChoose={(chosen) =>
						ask({ act: "hold", device: device.id, led: chosen === "auto" ? null : chosen === "on" })
					}
				/>
			)}
		</div>
	);
}
