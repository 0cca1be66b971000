import type { DeviceView, LinkView, Rule } from "../web/protocol.js";
import { useNow } from "./hooks.js";
import { pure } from "./pure.js";
import { sentence } from "./sentence.js";
import { ago, elapsed, isOnline, outboxWords, reading, roughly, stateWord } from "./words.js";

/** The sentence, the device's link, and what the server knows. */
export const Strip = pure(Words);

function Words(props: { device: DeviceView; rule: Rule; server: LinkView; skew: number }) {
	const { device, rule, server, skew } = props;
	const now = useNow(500, skew);
	const { believed, link } = device;
	const waits = outboxWords(device.outbox);
	const isHub = device.hub !== undefined;
	return (
		<section class="strip pad" aria-label="In words">
			<p class="sentence">{sentence({ device, rule, server, now })}</p>
			<div class="links">
				<p class="link">
					<span class="sr">Device: </span>
					{link === undefined ? (
						<span class="soft">Whether it is online is not known</span>
					) : (
						<Chip state={stateWord(link)} ok={isOnline(link)} />
					)}
					{link !== undefined && <span class="soft">{linkWords(link, now)}</span>}
					{waits !== "" && <span class="outbox">{waits}</span>}
				</p>
				<p class="link server">
					<span class="soft">{isHub ? "Hub" : "Server"}</span>
					{isHub || isOnline(server) ? (
						<span>
							{believed.light === undefined ? "heard nothing yet" : `heard ${reading(believed.light)}`}
							{believed.light !== undefined && believed.at !== undefined && (
								<span class="soft"> {ago(now - believed.at)}</span>
							)}
						</span>
					) : (
						<>
							<Chip state={stateWord(server)} ok={false} />
							<span class="soft">{linkWords(server, now)}</span>
						</>
					)}
				</p>
			</div>
		</section>
	);
}

function Chip({ state, ok }: { state: string; ok: boolean }) {
	return (
		<span class={ok ? "chip" : "chip bad"}>
			<i aria-hidden="true" />
			{state}
		</span>
	);
}

/** `for 4 min 12 s`, or `no network; next try in 7 s`. */
function linkWords(link: LinkView, now: number): string {
	if (isOnline(link)) return `for ${elapsed(now - link.since)}`;
	const parts = [
		link.reason ?? "",
		link.nextTry === undefined
			? ""
			: link.nextTry > now
				? `next try in ${roughly(link.nextTry - now)}`
				: "trying",
	].filter((part) => part !== "");
	return parts.length === 0 ? `for ${roughly(now - link.since)}` : parts.join("; ");
}
