import { useEffect, useReducer, useState } from "preact/hooks";
import { Bar } from "./bar.js";
import { DevicePage } from "./device-page.js";
import { Grid } from "./grid.js";
import { useHash, useStream } from "./hooks.js";
import { KeyForm } from "./key-form.js";
import { routeOf } from "./route.js";
import type { State } from "./store.js";

/** The page: one device, or all of them. */
export function App() {
	const route = routeOf(useHash());
	const [only, setOnly] = useState<string>();
	const id = route.view === "device" ? route.id : route.view === "any" ? only : undefined;
	const [unlocked, onOpen] = useReducer((count: number, _: undefined) => count + 1, 0);
	const state = useStream(id === undefined ? "all" : { device: id }, unlocked);
	const first = state.all.size === 1 ? [...state.all.keys()][0] : undefined;
	useEffect(() => {
		if (route.view === "any" && only === undefined && first !== undefined) setOnly(first);
	}, [route.view, only, first]);
	useEffect(() => {
		document.title = id === undefined ? "Nightlight" : `Nightlight: ${id}`;
	}, [id]);
	if (state.connection === "locked") return <KeyForm onOpen={() => onOpen(undefined)} />;
	return (
		<>
			{state.connection === "lost" && (
				<p class="notice" role="status">
					The page has lost its server; trying again
				</p>
			)}
			{id === undefined ? (
				<Overview state={state} grid={route.view === "all"} />
			) : (
				<One state={state} id={id} />
			)}
		</>
	);
}

function One({ state, id }: { state: State; id: string }) {
	if (state.device !== undefined) return <DevicePage state={state} device={state.device} />;
	return (
		<Empty state={state} id={id}>
			{state.connection === "open" && (
				<>
					<h2>Nothing heard of this device yet</h2>
					<p class="soft">
						It is shown here as soon as it sends something to the {state.hub ? "hub" : "broker"}{" "}
						{state.broker}.
					</p>
				</>
			)}
		</Empty>
	);
}

function Overview({ state, grid }: { state: State; grid: boolean }) {
	if (state.all.size > 1 || (grid && state.all.size > 0)) return <Grid state={state} />;
	return (
		<Empty state={state}>
			{state.connection === "open" && state.all.size === 0 && (
				<>
					<h2>No device yet</h2>
					<p class="soft">The first that sends something to the broker {state.broker} is shown here.</p>
				</>
			)}
		</Empty>
	);
}

function Empty(props: { state: State; id?: string; children: preact.ComponentChildren }) {
	return (
		<div class="all">
			<Bar
				{...(props.id === undefined ? {} : { id: props.id })}
				count={props.state.count}
				view="all"
				broker={props.state.broker}
			/>
			<main class="pad empty">{props.children}</main>
		</div>
	);
}
