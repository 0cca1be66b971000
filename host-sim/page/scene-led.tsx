/** The LED at its cable; `--led` of CSS lights it. */
export const Led = () => DRAWN;

const DOME = "M613 427v-24a19 19 0 0 1 38 0v24z";

const DRAWN = (
	<g>
		<path
			d="M548 444C575 456 590 456 606 447"
			fill="none"
			stroke="#0d0f13"
			stroke-width="5"
			stroke-linecap="round"
		/>
		<path d="M548 443C575 455 590 455 606 446" fill="none" stroke="#fff" stroke-opacity=".13" />
		<ellipse cx="632" cy="453" rx="38" ry="5" fill="#000" opacity=".4" filter="url(#scene-soft)" />
		<g class="plastic">
			<rect x="602" y="440" width="60" height="12" rx="3" fill="#d8dbe0" />
			<rect x="602" y="447" width="60" height="5" rx="2.5" fill="#9aa1ab" />
			<path d="M622 440v-8M642 440v-8" stroke="#aeb4bd" stroke-width="3" />
			<rect x="610" y="427" width="44" height="7" rx="2" fill="#cfc6b2" />
			<path d={DOME} fill="url(#scene-dome)" stroke="#fff" stroke-opacity=".5" />
			<path d="M624 427v-14l8-5 8 5v14" fill="none" stroke="#8d8672" stroke-width="2" opacity=".7" />
		</g>
		<g class="led">
			<path d={DOME} fill="url(#scene-lit)" />
			<rect x="610" y="427" width="44" height="7" rx="2" fill="#ffd28a" />
			<rect x="602" y="440" width="60" height="3" rx="1.5" fill="#ffdfa8" />
			<circle class="light" cx="632" cy="406" r="64" fill="url(#scene-halo)" />
		</g>
	</g>
);
