import type { DeviceView } from "../web/protocol.js";
import { isOnline, quantity, reading, stateWord } from "./words.js";

const WIDTH = 192;

/** The device's own screen: what it measures, what its LED does, how its link is. Dark without power. */
export function Screen({ device }: { device: DeviceView }) {
	const { light, range, led, link, faults } = device;
	const powered = !faults.some(({ name }) => name === "power-cut");
	const share = light === undefined ? 0 : (light - range.minimum) / (range.maximum - range.minimum);
	return (
		<g transform="translate(272 228)">
			<rect y="2" width="224" height="168" rx="4" fill="#05070a" />
			{powered && (
				<g transform="translate(16 18)" class="lcd">
					<text y="10" class="small dim">
						{quantity(device)}
					</text>
					<text y="56" class="large">
						{light === undefined ? "–" : reading(light)}
					</text>
					<rect y="74" width={WIDTH} height="6" fill="#1d2630" />
					<rect y="74" width={WIDTH * Math.min(1, Math.max(0, share))} height="6" />
					<circle class={led ? "dot on" : "dot"} cx="6" cy="108" r="5" />
					<text x="20" y="112">
						{led === undefined ? "LED" : `LED ${led ? "on" : "off"}`}
					</text>
					<text y="136" class={isOnline(link) ? "dim" : "bad"}>
						{link === undefined ? "" : stateWord(link).toLowerCase()}
					</text>
				</g>
			)}
		</g>
	);
}
