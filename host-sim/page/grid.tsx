import { useEffect, useMemo, useState } from "preact/hooks";
import type { Summary } from "../web/protocol.js";
import { Bar } from "./bar.js";
import { Card } from "./card.js";
import { useSize } from "./hooks.js";
import { Rules } from "./rule-panel.js";
import { Segments } from "./segments.js";
import type { State } from "./store.js";
import { columnsIn, windowOf } from "./window.js";

/** A card's least width, a row's height with its gap, and the gap between columns, in pixels: as in the CSS. */
const [LEAST, ROW, GAP] = [176, 152, 16];
const LEAST_NARROW = 140;

const SHOWN = [
	["all", "All"],
	["on", "LED on"],
	["trouble", "Trouble"],
] as const;

const WANTED: Readonly<Record<string, (summary: Summary) => boolean>> = {
	all: () => true,
	on: ({ led }) => led === true,
	trouble: ({ trouble }) => trouble,
};

/** All devices, as cards that open into one. Only those in view are drawn. */
export function Grid({ state }: { state: State }) {
	const [shown, setShown] = useState<string>("all");
	const ordered = useMemo(
		() => [...state.all.values()].sort((one, other) => collator.compare(one.id, other.id)),
		[state.all],
	);
	const listed = ordered.filter(WANTED[shown] ?? (() => true));
	const [ref, width] = useSize();
	const [top, height] = useView(ref);
	const columns = columnsIn(width, width < 400 ? LEAST_NARROW : LEAST, GAP);
	const { begin, end, before, after } = windowOf(listed.length, columns, ROW, top, height);
	const lit = ordered.filter(({ led }) => led === true).length;
	const away = ordered.filter(({ trouble }) => trouble).length;
	return (
		<div class="all">
			<Bar count={state.count} view="all" broker={state.broker} />
			<main class="pad">
				<Rules rules={state.rules} skew={state.skew} />
				<div class="sum">
					<h2>{ordered.length} devices</h2>
					<span class="soft">
						{lit === 1 ? "1 LED on" : `${lit} LEDs on`}, {away} in trouble
					</span>
					<Segments plain label="Show" value={shown} options={SHOWN} onChoose={setShown} />
				</div>
				{listed.length === 0 && (
					<p class="soft">{shown === "on" ? "No LED is on." : "No device is in trouble."}</p>
				)}
				<div ref={ref}>
					{width > 0 && (
						<ul
							class="grid"
							style={{
								"--columns": String(columns),
								paddingTop: `${before}px`,
								paddingBottom: `${after + 48}px`,
							}}
						>
							{listed.slice(begin, end).map((summary, index) => (
								<Card key={summary.id} summary={summary} place={begin + index + 1} of={listed.length} />
							))}
						</ul>
					)}
				</div>
			</main>
		</div>
	);
}

const collator = new Intl.Collator("en", { numeric: true });

/** Where the window is over an element: how far below its top it begins, and its height. */
function useView(ref: { current: HTMLElement | null }): [top: number, height: number] {
	const [view, setView] = useState<[number, number]>([0, innerHeight]);
	useEffect(() => {
		const look = (): void => setView([-(ref.current?.getBoundingClientRect().top ?? 0), innerHeight]);
		addEventListener("scroll", look, { passive: true });
		addEventListener("resize", look);
		look();
		return () => {
			removeEventListener("scroll", look);
			removeEventListener("resize", look);
		};
	}, [ref]);
	return view;
}
