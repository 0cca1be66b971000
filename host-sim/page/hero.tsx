import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Act, DeviceView, LinkView, Rule } from "../web/protocol.js";
import { act, latestOnly } from "./act.js";
import { Bar } from "./bar.js";
import { pure } from "./pure.js";
import { LedReading, LightReading } from "./readings.js";
import { Scene } from "./scene.js";
import { skyAt } from "./sky.js";
import { Stars } from "./stars.js";
import { Sun } from "./sun.js";
import { kindOf } from "./words.js";

/** How long the sun stays where the hand left it, until it follows the device again; milliseconds. */
const SETTLE = 600;

/** The picture: the light as the sky, the device, and its LED. */
export const Hero = pure(Picture);

function Picture(props: {
	device: DeviceView;
	rule: Rule;
	server: LinkView;
	skew: number;
	count: number;
	ask: (what: Act) => Promise<void>;
}) {
	const { device, rule, server, skew, count, ask } = props;
	const [hand, setHand] = useHand(device.id);
	const { minimum, maximum } = device.range;
	const light = hand ?? device.light;
	const share = light === undefined ? 0.5 : (light - minimum) / (maximum - minimum);
	const sky = skyAt(share);
	const led = device.led === true;
	const look = {
		"--sky0": sky.top,
		"--sky1": sky.middle,
		"--sky2": sky.horizon,
		"--ground": sky.ground,
		"--far": sky.far,
		"--hills": sky.hills,
		"--sun": sky.sun,
		"--stars": sky.stars.toFixed(3),
		"--day": sky.day.toFixed(3),
		"--ambient": sky.ambient.toFixed(3),
		"--sunlight": sky.sunlight.toFixed(3),
		"--share": Math.min(1, Math.max(0, share)).toFixed(4),
		"--led": led ? "1" : "0",
		"--glow": led ? sky.glow.toFixed(3) : "0",
	};
	return (
		<section class={share < 0.29 ? "sky dark" : "sky"} aria-label="Device" style={look}>
			<Stars />
			<div class="sunlight" aria-hidden="true" />
			<Scene device={device} day={sky.day} />
			<Bar
				id={device.id}
				kind={kindOf(device)}
				count={count}
				view="device"
				several={device.kind === "remote"}
			/>
			<LightReading device={device} light={light} ask={ask} />
			<LedReading device={device} rule={rule} server={server} skew={skew} ask={ask} />
			<Sun
				device={device}
				light={light}
				sky={sky}
				rule={rule}
				onMove={device.kind === "simulated" ? setHand : undefined}
			/>
		</section>
	);
}

/** Where a hand has put the light; `undefined` when no hand has moved it for a while. */
function useHand(device: string): [light: number | undefined, move: (light: number) => void] {
	const [hand, setHand] = useState<number>();
	const timer = useRef(0);
	const send = useMemo(() => latestOnly(act), []);
	useEffect(() => () => clearTimeout(timer.current), []);
	const move = (value: number): void => {
		setHand(value);
		send({ act: "light", device, value });
		clearTimeout(timer.current);
		timer.current = setTimeout(() => setHand(undefined), SETTLE);
	};
	return [hand, move];
}
