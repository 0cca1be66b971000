import { Player, type Seen } from "./player.js";
import { CLIENTS, type Client, type Script } from "./script.js";
import type { Dial } from "./wire.js";

/** What each client saw in one step. */
export type Scene = Readonly<Record<Client, readonly Seen[]>>;

/** Plays a script on a broker without any state, and tells what was seen, step by step. */
export async function play(script: Script, dial: Dial): Promise<readonly Scene[]> {
	const players = CLIENTS.map((client) => new Player(client, dial));
	const scenes: Scene[] = [];
	for (const step of script.steps) {
		const actor = players.find(({ client }) => client === step.client) as Player;
		await actor.take(step);
		// What has no answer is behind the broker when a ping has one.
		await actor.settle();
		for (let before = -1; before < heard(players); ) {
			before = heard(players);
			for (const player of players) await player.settle();
		}
		scenes.push(Object.fromEntries(players.map((player) => [player.client, player.seen()])) as Scene);
	}
	for (const player of players) await player.leave();
	return scenes;
}

/** Packets heard; as long as there are more, so may be answers to them, and answers to these. */
const heard = (players: readonly Player[]): number => players.reduce((sum, { heard }) => sum + heard, 0);

/** How two brokers can differ. */
export const KINDS = ["closed", "answer", "missing", "extra", "flags", "order"] as const;
export type Kind = (typeof KINDS)[number];

export interface Difference {
	readonly kind: Kind;
	readonly step: number;
	readonly client: Client;
	/** What the one broker sent, and the other. */
	readonly lines: readonly [readonly string[], readonly string[]];
}

/**
 * The first difference between what two brokers sent: as sets in each step, and the messages of each
 * topic also in their order. The standard orders no more than that [MQTT-4.6.0-6].
 */
export function compare(one: readonly Scene[], other: readonly Scene[]): Difference | undefined {
	for (const [step, scene] of one.entries()) {
		for (const client of CLIENTS) {
			const [left, right] = [scene[client], other[step]?.[client] ?? []];
			const kind = kindOf(left, right);
			if (kind === undefined) continue;
			return { kind, step, client, lines: [left.map(({ line }) => line), right.map(({ line }) => line)] };
		}
	}
	return undefined;
}

function kindOf(left: readonly Seen[], right: readonly Seen[]): Kind | undefined {
	const missing = without(right, left);
	const extra = without(left, right);
	if (missing.length === 0 && extra.length === 0) return isSameOrder(left, right) ? undefined : "order";
	const all = [...missing, ...extra];
	if (all.some(({ line }) => line === "closed")) return "closed";
	if (all.some(({ topic }) => topic === undefined)) return "answer";
	const names = (seen: readonly Seen[]) => seen.map(({ line }) => line.replace(/ q\d.*$/, "")).sort();
	if (`${names(missing)}` === `${names(extra)}`) return "flags";
	return missing.length > 0 ? "missing" : "extra";
}

/** What is in `all` more often than in `others`. */
function without(all: readonly Seen[], others: readonly Seen[]): readonly Seen[] {
	const left = others.map(({ line }) => line);
	return all.filter(({ line }) => {
		const index = left.indexOf(line);
		if (index >= 0) left.splice(index, 1);
		return index < 0;
	});
}

function isSameOrder(left: readonly Seen[], right: readonly Seen[]): boolean {
	const byTopic = (seen: readonly Seen[]) => {
		const topics = new Map<string, string[]>();
		for (const { topic, line } of seen) {
			if (topic !== undefined) topics.set(topic, [...(topics.get(topic) ?? []), line]);
		}
		return JSON.stringify([...topics].sort());
	};
	return byTopic(left) === byTopic(right);
}

/** A difference in a few lines, for a reader. */
export function show(script: Script, { kind, step, client, lines }: Difference): string {
	const words = JSON.stringify(script.steps[step]);
	const [left, right] = lines.map((some) => some.join(" | ") || "nothing");
	return `script ${script.seed}, step ${step} (${words}), ${client}: ${kind}\n  ${left}\n  ${right}`;
}
