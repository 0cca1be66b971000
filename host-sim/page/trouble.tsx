import type { Act, DeviceView, FaultName } from "../web/protocol.js";
import { useNow } from "./hooks.js";
import { pure } from "./pure.js";
import { FAULTS, roughly } from "./words.js";

/** Switches for what can go wrong; nothing where nothing can be switched. */
export const Trouble = pure(Switches);

function Switches(props: { device: DeviceView; skew: number; ask: (what: Act) => Promise<void> }) {
	const { device, skew, ask } = props;
	const now = useNow(1000, skew);
	if (device.possible.length === 0) return null;
	const since = (name: FaultName): number | undefined =>
		device.faults.find((fault) => fault.name === name)?.since;
	return (
		<section class="trouble pad" aria-labelledby="trouble-title">
			<h2 id="trouble-title">Trouble</h2>
			<div class="switches">
				{device.possible.map((name) => {
					const began = since(name);
					return (
						<button
							key={name}
							type="button"
							role="switch"
							aria-checked={began !== undefined}
							aria-label={FAULTS[name].name}
							aria-describedby={`does-${name}`}
							onClick={() => ask({ act: "fault", device: device.id, fault: name, on: began === undefined })}
						>
							<i class="switch" aria-hidden="true" />
							<b>{FAULTS[name].name}</b>
							<span id={`does-${name}`}>
								{began === undefined ? FAULTS[name].does : `for ${roughly(now - began)}; click to end it`}
							</span>
						</button>
					);
				})}
			</div>
		</section>
	);
}
