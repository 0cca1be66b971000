import { Component } from "preact";
import type { Summary } from "../web/protocol.js";
import { linkTo } from "./route.js";
import { skyAt } from "./sky.js";
import { reading } from "./words.js";

interface Props {
	summary: Summary;
	place: number;
	of: number;
}

/** One device of many: its sky, its light, its LED. */
export class Card extends Component<Props> {
	/** A push tells only those that changed: the others keep their object. */
	override shouldComponentUpdate(next: Props): boolean {
		return (
			next.summary !== this.props.summary || next.place !== this.props.place || next.of !== this.props.of
		);
	}

	override render({ summary, place, of }: Props) {
		const { id, light, share, led, link, trouble } = summary;
		const away = link !== undefined && link !== "online";
		const sky = skyAt(share ?? 0.5);
		const look = away
			? {}
			: { "--sky0": sky.top, "--sky1": sky.middle, "--sky2": sky.horizon, "--far": sky.far };
		return (
			<li aria-posinset={place} aria-setsize={of}>
				<a class={away ? "card off" : "card"} href={linkTo(id)}>
					<span class="pane" style={look}>
						{!away && led === true && <i class="g" />}
						{!away && led !== true && <i class="o" />}
						{light !== undefined && (
							<>
								<span class="sr">light </span>
								<b>{reading(light)}</b>
							</>
						)}
					</span>
					<span class="cap">
						<span class="mono id">{id}</span>
						<span class={away || trouble ? "bad" : "lit"}>
							{led === false && <span class="sr">LED off </span>}
							{away ? link : trouble ? "trouble" : led === true ? "LED on" : ""}
						</span>
					</span>
				</a>
			</li>
		);
	}
}
