import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Rule, Rung } from "../web/protocol.js";
import { useNow } from "./hooks.js";
import { pure } from "./pure.js";
import { recent, rowsOf } from "./rows.js";
import { Rung as Line } from "./rung.js";
import type { Spell } from "./store.js";
import { reading } from "./words.js";

/** How near its end, in pixels, the list must be to follow. */
const NEAR = 32;

/** What goes over the wire, as a sequence diagram that grows downwards. */
export const Ladder = pure(Diagram);

function Diagram(props: {
	device: string;
	rungs: readonly Rung[];
	spells: readonly Spell[];
	broker: string;
	ownBroker: boolean;
	/** Whether it is an Azure IoT Hub: then there are two lanes. */
	hub: boolean;
	rule: Rule;
	skew: number;
}) {
	const { device, spells, broker, ownBroker, hub, skew } = props;
	const [frozen, setFrozen] = useState<readonly Rung[]>();
	const rungs = frozen ?? props.rungs;
	const now = useNow(1000, skew);
	const run = useRef<HTMLDivElement>(null);
	const [behind, setBehind] = useState(false);
	const rows = useMemo(() => rowsOf(rungs, spells), [rungs, spells]);
	const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
	const [focused, setFocused] = useState<number>();
	const newest = useRef(Number.POSITIVE_INFINITY);

	const toEnd = (): void => {
		const element = run.current;
		if (element !== null) element.scrollTop = element.scrollHeight;
	};
	useLayoutEffect(() => {
		if (!behind) toEnd();
		newest.current = rows.at(-1)?.rung.n ?? newest.current;
	}, [rows, behind, open]);
	const onScroll = ({ currentTarget: at }: { currentTarget: HTMLElement }): void =>
		setBehind(at.scrollHeight - at.scrollTop - at.clientHeight > NEAR);
	// A line may have been drawn, with this function, before others were opened.
	const toggle = (n: number): void =>
		setOpen((before) => {
			const next = new Set(before);
			if (!next.delete(n)) next.add(n);
			return next;
		});
	const stop = rows.some(({ rung }) => rung.n === focused)
		? focused
		: [...rows].reverse().find(isPacket)?.rung.n;
	const { threshold, hysteresis } = props.rule;
	const off = hysteresis > 0 ? `, off ≥ ${reading(threshold + hysteresis)}` : "";
	const { decides } = props.rule;
	const rule = decides === undefined ? `on < ${reading(threshold)}${off}` : `rule ${decides}`;
	return (
		<section class={hub ? "ladder two" : "ladder"} aria-labelledby="ladder-title">
			<header class="bar pad">
				<h2 id="ladder-title">The ladder</h2>
				<span class="soft rate">
					{ownBroker || hub ? `${recent(props.rungs, now)} packets in 10 s` : "only what the server sees"}
				</span>
				<button
					type="button"
					class="soft pause"
					onClick={() => setFrozen(frozen === undefined ? props.rungs : undefined)}
				>
					{frozen === undefined ? "Pause" : "Go on"}
				</button>
			</header>
			<div class="lanes">
				<div class="lane0">
					<b>Device</b>
					<span class="mono">{device}</span>
				</div>
				<div class={hub ? "lane1 last" : "lane1"}>
					<b>{hub ? "Hub" : "Broker"}</b>
					<span>{broker.replace(/^mqtts?:\/\//, "")}</span>
				</div>
				{!hub && (
					<div class="lane2 last">
						<b>Server</b>
						<span>{rule}</span>
					</div>
				)}
			</div>
			<div class="run-box">
				{/* biome-ignore lint/a11y/noStaticElementInteractions: the keys go from one of its buttons to the next */}
				<div class="run" ref={run} onScroll={onScroll} onKeyDown={walk}>
					<div class="run-in">
						<i class="ln lane0" aria-hidden="true" />
						<i class="ln lane1" aria-hidden="true" />
						{!hub && <i class="ln lane2" aria-hidden="true" />}
						{rows.length === 0 && <p class="none soft">No packets yet.</p>}
						<ol aria-label="Packets and notes, oldest first">
							{rows.map((row) => (
								<Line
									key={row.rung.n}
									row={row}
									device={device}
									fresh={row.rung.n > newest.current}
									open={open.has(row.rung.n)}
									stop={row.rung.n === stop}
									onToggle={toggle}
									onFocus={setFocused}
								/>
							))}
						</ol>
					</div>
				</div>
				{behind && (
					<button type="button" class="button to-end" onClick={toEnd}>
						To the newest
					</button>
				)}
			</div>
		</section>
	);
}

const isPacket = ({ rung }: { rung: Rung }): boolean => rung.kind === "packet";

/** The arrow keys go from packet to packet: the list is one stop of the tab key. */
function walk(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
	const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("button.p")];
	const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
	const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
	if (to === undefined || at < 0) return;
	event.preventDefault();
	buttons[Math.max(0, Math.min(buttons.length - 1, to))]?.focus();
}
