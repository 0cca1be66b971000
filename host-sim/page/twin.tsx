import type { TwinPropertyView, TwinView } from "../web/protocol.js";
import { pure } from "./pure.js";
import { acknowledgement, rowsOfTwin, sectionWords } from "./twin-rows.js";

/** What the hub wants of the device beside what the device reports, property by property. */
export const Twin = pure(Table);

function Table({ twin }: { twin: TwinView }) {
	const rows = rowsOfTwin(twin);
	const more = (twin.desired?.more ?? 0) + (twin.reported?.more ?? 0);
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
		<section class="twin pad" aria-labelledby="twin-title" tabIndex={0}>
			<table>
				<thead>
					<tr>
						<th scope="col">
							<h2 id="twin-title">Twin</h2>
						</th>
						<th scope="col">
							Desired <span class="soft">{sectionWords(twin.desired)}</span>
						</th>
						<th scope="col">
							Reported <span class="soft">{sectionWords(twin.reported)}</span>
						</th>
					</tr>
				</thead>
				<tbody>
					{rows.map(({ name, desired, reported }) => (
						<tr key={name}>
							<th scope="row">{name}</th>
							<td>{desired}</td>
							<Reported property={reported} />
						</tr>
					))}
				</tbody>
			</table>
			{rows.length === 0 && <p class="soft">The hub has not told of it yet.</p>}
			{more > 0 && <p class="soft">and {more} more</p>}
		</section>
	);
}

function Reported({ property }: { property: TwinPropertyView | undefined }) {
	const words = acknowledgement(property);
	return (
		<td class={words?.isRefused ? "no" : undefined}>
			{property?.value}
			{words !== undefined && <small>{words.text}</small>}
		</td>
	);
}
