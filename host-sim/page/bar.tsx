import { linkTo } from "./route.js";

/** The line at the top: which device, and the way between one and all. */
export function Bar(props: {
	id?: string;
	kind?: string;
	broker?: string;
	count: number;
	view: "device" | "all";
	/** Whether more devices may come at any time. */
	several?: boolean;
}) {
	const { id, kind, broker, count, view, several = false } = props;
	return (
		<header class="bar pad">
			<h1>Nightlight</h1>
			<div class="who">
				{id === undefined ? <span class="mono soft">{broker}</span> : <span class="mono id">{id}</span>}
				{kind !== undefined && <span class="kind">{kind}</span>}
			</div>
			{(count > 1 || several) && (
				<nav aria-label="View">
					{id !== undefined && (
						<a href={linkTo(id)} aria-current={view === "device" ? "page" : undefined}>
							One device
						</a>
					)}
					<a href="#all" aria-current={view === "all" ? "page" : undefined}>
						{count > 1 ? `All ${count}` : "All"}
					</a>
				</nav>
			)}
		</header>
	);
}
