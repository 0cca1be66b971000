import { useCallback, useMemo, useState } from "preact/hooks";
import type { Act, DeviceView } from "../web/protocol.js";
import { act } from "./act.js";
import { Announcer } from "./announcer.js";
import { Chart } from "./chart.js";
import { Command } from "./command.js";
import { Hero } from "./hero.js";
import { Ladder } from "./ladder.js";
import { ruleFor } from "./rule-for.js";
import { Rules } from "./rule-panel.js";
import type { State } from "./store.js";
import { Strip } from "./strip.js";
import { Trouble } from "./trouble.js";
import { Twin } from "./twin.js";
import { capitalised, quantity } from "./words.js";

/** One device: the world on the left, the wire on the right. */
export function DevicePage({ state, device }: { state: State; device: DeviceView }) {
	const [problem, setProblem] = useState<string>();
	const ask = useCallback(async (what: Act): Promise<void> => setProblem(await act(what)), []);
	const { server, skew } = state;
	const { hub } = device;
	const rule = useMemo(
		() =>
			hub === undefined
				? ruleFor(device.id, state)
				: { threshold: hub.alertBelow, hysteresis: 0, alert: true as const },
		[state.rule, state.rules, device.id, hub?.alertBelow],
	);
	return (
		<div class="page">
			<main class="world">
				<Hero device={device} rule={rule} server={server} skew={skew} count={state.count} ask={ask} />
				{problem !== undefined && (
					<p class="problem pad" role="alert">
						{problem}
					</p>
				)}
				<Strip device={device} rule={rule} server={server} skew={skew} />
				<Rules rules={state.rules} skew={skew} pads />
				<Chart
					what={capitalised(quantity(device))}
					samples={state.samples}
					late={state.late}
					spells={state.spells}
					rule={rule}
					range={device.range}
					skew={skew}
				/>
				<Trouble device={device} skew={skew} ask={ask} />
			</main>
			<aside class={hub === undefined ? "wire" : "wire at-hub"} aria-label="The wire">
				<Ladder
					device={device.id}
					rungs={state.rungs}
					spells={state.spells}
					broker={state.broker}
					ownBroker={state.ownBroker}
					hub={hub !== undefined}
					rule={rule}
					skew={skew}
				/>
				{hub === undefined ? <Command device={device.id} /> : <Twin twin={hub.twin} />}
			</aside>
			<Announcer device={device} />
		</div>
	);
}
