import type { DeviceView } from "../web/protocol.js";

/** Tells who listens to a screen reader when the LED or the link changes, and nothing else. */
export function Announcer({ device: { led, link } }: { device: DeviceView }) {
	const lit = led === undefined ? "" : `LED ${led ? "on" : "off"}.`;
	const line =
		link === undefined ? "" : `Link ${link.state}${link.reason === undefined ? "" : `: ${link.reason}`}.`;
	return (
		<div class="sr" role="status">
			<p>{lit}</p>
			<p>{line}</p>
		</div>
	);
}
