import type { DeviceView } from "../web/protocol.js";
import { Definitions } from "./scene-definitions.js";
import { Led } from "./scene-led.js";
import { Screen } from "./screen.js";

/** The device on the ground, 800 by 512; the horizon is at 408, and CSS colours it by the light. */
export function Scene({ device, day }: { device: DeviceView; day: number }) {
	const shadow = 40 + (1 - day) * 260;
	const name = device.kind === "simulated" ? "Wio Terminal" : "Nightlight";
	const led = device.led === undefined ? "" : `, its LED ${device.led ? "on" : "off"}`;
	return (
		<svg class="scene" viewBox="0 0 800 512" role="img" aria-label={`Drawing of the device${led}`}>
			<Definitions />
			{BEHIND}
			<g transform="translate(56 0)">
				{LIGHT_ON_GROUND}
				<path
					class="shade"
					d={`M262 448 L556 448 L${556 + shadow} 474 L${300 + shadow} 474 Z`}
					filter="url(#scene-soft)"
				/>
				<ellipse cx="408" cy="452" rx="172" ry="9" fill="#000" opacity=".42" filter="url(#scene-soft)" />
				<Led />
				{BODY}
				<Screen device={device} />
				<text x="272" y="428" class="print">
					{name}
				</text>
			</g>
		</svg>
	);
}

const BEHIND = (
	<g>
		<path
			class="hills far"
			d="M-1200 408V372C-1000 352-820 360-640 370S-330 346-180 362 20 384 140 368s220-34 360-14 190 22 330 6 260-6 420 8 400-24 750-10V408Z"
		/>
		<path
			class="hills"
			d="M-1200 408V394C-980 384-800 392-600 388S-260 374-60 390s220 10 330 2 210-22 340-8 240 12 380 2 300 2 460 0 400-6 550 4V408Z"
		/>
		<rect x="-1200" y="408" width="3200" height="140" fill="url(#scene-ground)" />
	</g>
);

const LIGHT_ON_GROUND = (
	<g class="glow">
		<circle class="light" cx="632" cy="392" r="430" fill="url(#scene-halo)" />
		<ellipse class="light" cx="632" cy="449" rx="420" ry="58" fill="url(#scene-pool)" />
		<path
			d="M556 450 L240 450 L-60 474 L-60 500 L500 462 Z"
			fill="#000"
			opacity=".4"
			filter="url(#scene-softer)"
		/>
	</g>
);

const BODY = (
	<g>
		<g class="lit-by-day">
			<g fill="#0f1115">
				<rect x="280" y="203" width="36" height="12" rx="4" />
				<rect x="328" y="203" width="36" height="12" rx="4" />
				<rect x="376" y="203" width="36" height="12" rx="4" />
			</g>
			<g fill="#454b55">
				<rect x="280" y="203" width="36" height="3" rx="1.5" />
				<rect x="328" y="203" width="36" height="3" rx="1.5" />
				<rect x="376" y="203" width="36" height="3" rx="1.5" />
			</g>
			<rect x="256" y="208" width="304" height="240" rx="20" fill="url(#scene-slab)" />
			<rect
				x="256.75"
				y="208.75"
				width="302.5"
				height="238.5"
				rx="19.25"
				fill="none"
				stroke="#fff"
				stroke-opacity=".19"
				stroke-width="1.5"
			/>
		</g>
		<rect class="glow" x="256" y="208" width="304" height="240" rx="20" fill="url(#scene-rim)" />
		<rect
			class="glow"
			x="257"
			y="209"
			width="302"
			height="238"
			rx="19"
			fill="none"
			stroke="url(#scene-edge)"
			stroke-width="2"
		/>
		<circle
			cx="527"
			cy="240"
			r="11"
			fill="none"
			stroke="#fff"
			stroke-opacity=".55"
			stroke-width="1.25"
			stroke-dasharray="3 3"
		/>
		<circle class="sensor" cx="527" cy="240" r="7" fill="#fff" />
		<text x="527" y="266" text-anchor="middle" class="print">
			sensor
		</text>
		<g transform="translate(527 404)">
			<circle r="20" fill="#0c0e11" />
			<circle r="19" fill="none" stroke="#fff" stroke-opacity=".14" />
			<circle class="lit-by-day" r="11" fill="#2b6cb0" />
			<path
				d="M0-17v3M0 17v-3M-17 0h3M17 0h-3"
				stroke="#fff"
				stroke-opacity=".55"
				stroke-width="1.5"
				stroke-linecap="round"
			/>
		</g>
	</g>
);
