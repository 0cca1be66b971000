import { Component } from "preact";
import type { Rung as Told } from "../web/protocol.js";
import { bytes, flags, labelOf, type Place, type Row } from "./rows.js";
import { clock } from "./words.js";

type Packet = Extract<Told, { kind: "packet" }>;

interface Props {
	row: Row;
	/** The device's id, which goes without saying in topics. */
	device: string;
	fresh: boolean;
	open: boolean;
	/** Whether the tab key stops here. */
	stop: boolean;
	onToggle: (n: number) => void;
	onFocus: (n: number) => void;
}

/** One line of the ladder: a packet that opens, or a note. */
export class Rung extends Component<Props> {
	/** Only the last lines change when new ones come. */
	override shouldComponentUpdate(next: Props): boolean {
		const { row, open, stop } = this.props;
		return next.open !== open || next.stop !== stop || !same(row, next.row);
	}

	override render({ row, device, fresh, open, stop, onToggle, onFocus }: Props) {
		const { rung, fault } = row;
		const label = rung.kind === "packet" ? labelOf(rung, device) : undefined;
		return (
			<li class={fault === undefined ? undefined : "f"} style={fault === undefined ? {} : fill(fault)}>
				{rung.kind === "note" ? (
					<p class={`note ${toneOf(rung)}`} style={lanes(row.place)}>
						{row.time !== undefined && <time>{row.time}</time>}
						<span>{rung.text}</span>
					</p>
				) : (
					<>
						<button
							type="button"
							class={classes(row, rung, open, fresh)}
							tabIndex={stop ? 0 : -1}
							aria-expanded={open}
							onClick={() => onToggle(rung.n)}
							onFocus={() => onFocus(rung.n)}
						>
							{row.time !== undefined && <time>{row.time}</time>}
							<span class="a" style={lanes(row.place)}>
								<span class="k">
									{rung.type}
									{label !== undefined && <em> {label}</em>}
									<span class="sr">
										{" "}
										from {rung.from} to {rung.to}
										{rung.lost === true && ", lost"}
									</span>
								</span>
								<span class="ar" />
								{row.tall && <span class="v">{rung.payload}</span>}
							</span>
						</button>
						{rung.refused !== undefined && (
							<p class={open ? "note bad lifted" : "note bad"} style={lanes(row.place)}>
								<span>refused: {rung.refused}</span>
							</p>
						)}
						{open && <Details packet={rung} />}
					</>
				)}
			</li>
		);
	}
}

function Details({ packet }: { packet: Packet }) {
	const lines: readonly (readonly [string, string | readonly string[] | undefined])[] = [
		["time", clock(packet.t, true)],
		["topic", packet.topic],
		["says", packet.label],
		["bag", packet.properties],
		["flags", flags(packet)],
		["payload", packet.payload],
		["length", `${packet.length} bytes`],
		["bytes", bytes(packet)],
		["lost", packet.lost ? "on its way" : undefined],
		["refused", packet.refused],
	];
	return (
		<dl class="details">
			{lines.map(([name, value]) =>
				value === undefined || value.length === 0 ? null : (
					<div key={name}>
						<dt>{name}</dt>
						<dd>{[value].flat().map((line, at) => [at > 0 && <br />, line])}</dd>
					</div>
				),
			)}
		</dl>
	);
}

const lanes = ({ lane, width }: Place) => ({ "--a": String(lane), "--w": String(width) });
const fill = ({ lane, width }: Place) => ({ "--fa": String(lane), "--fw": String(width) });

function classes({ right, tall }: Row, { lost, refused }: Packet, open: boolean, fresh: boolean): string {
	const parts = [
		"p",
		right ? "r" : "l",
		tall ? "" : "ack",
		lost ? "lost" : "",
		refused === undefined ? "" : "no",
		open ? "open" : "",
		fresh ? "new" : "",
	];
	return parts.filter((part) => part !== "").join(" ");
}

/** Amber says that the LED is on, and nothing else. */
const toneOf = ({ tone, text }: Extract<Told, { kind: "note" }>): string =>
	tone === "led" && /\boff\b/.test(text) ? "strong" : tone;

const same = (one: Row, other: Row): boolean =>
	one.rung === other.rung &&
	one.time === other.time &&
	one.fault?.lane === other.fault?.lane &&
	one.fault?.width === other.fault?.width;
