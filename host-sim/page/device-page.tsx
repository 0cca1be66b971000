import { useState } from "preact/hooks";
import type { Act, DeviceView } from "../web/protocol.js";
import { act } from "./act.js";
import { Announcer } from "./announcer.js";
import { Chart } from "./chart.js";
import { Command } from "./command.js";
import { Hero } from "./hero.js";
import { Ladder } from "./ladder.js";
import type { State } from "./store.js";
import { Strip } from "./strip.js";
import { Trouble } from "./trouble.js";

/** One device: the world on the left, the wire on the right. */
export function DevicePage({ state, device }: { state: State; device: DeviceView }) {
	const [problem, setProblem] = useState<string>();
	const ask = async (what: Act): Promise<void> => setProblem(await act(what));
	return (
		<div class="page">
			<main class="world">
				<Hero state={state} device={device} ask={ask} />
				{problem !== undefined && (
					<p class="problem pad" role="alert">
						{problem}
					</p>
				)}
				<Strip state={state} device={device} />
				<Chart
					samples={state.samples}
					spells={state.spells}
					rule={state.rule}
					range={device.range}
					skew={state.skew}
				/>
				<Trouble device={device} skew={state.skew} ask={ask} />
			</main>
			<aside class="wire" aria-label="The wire">
				<Ladder state={state} device={device.id} />
				<Command device={device.id} />
			</aside>
			<Announcer device={device} />
		</div>
	);
}
