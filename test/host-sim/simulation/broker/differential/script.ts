import { seededRandom } from "../../../../support/virtual/random.js";

export type QoS = 0 | 1 | 2;

export const CLIENTS = ["ann", "bob", "cid"] as const;
export type Client = (typeof CLIENTS)[number];

export interface Application {
	readonly topic: string;
	readonly payload: string;
	readonly qos: QoS;
	readonly retain: boolean;
}

/** What a client does. One that is not connected connects instead. */
export type Step = { readonly client: Client } & (
	| {
			/** Also while it is connected: then the new connection takes over. */
			readonly action: "connect";
			readonly clean: boolean;
			readonly will: Application | undefined;
			/** How it goes on with a message whose PUBREL it had not sent: with that, or with PUBLISH and DUP. */
			readonly resend: "pubrel" | "publish";
	  }
	| { readonly action: "disconnect" | "cut" }
	| { readonly action: "subscribe"; readonly filters: readonly (readonly [filter: string, qos: QoS])[] }
	| { readonly action: "unsubscribe"; readonly filters: readonly string[] }
	| { readonly action: "publish"; readonly message: Application }
	/** From now on it sends no PUBACK, PUBREC, PUBREL, PUBCOMP. */
	| { readonly action: "withhold" }
	/** Sends what it withheld, in order, and withholds no more. */
	| { readonly action: "release" }
);

const STEPS = 40;

const TOPICS = ["a", "a/b", "a/c", "b", "b/c", "a/b/c", "$x/a"];
const DISJOINT = ["a", "a/+", "+/b/c", "b", "b/+", "$x/#"];
const OVERLAPPING = [
	"a",
	"a/b",
	"a/#",
	"a/+",
	"+",
	"+/b",
	"#",
	"+/c",
	"b/#",
	"a/b/#",
	"+/+",
	"+/#",
	"$x/#",
	"$x/+",
];

/** How often each action comes up. */
const ACTIONS: readonly (readonly [Step["action"], number])[] = [
	["connect", 5],
	["disconnect", 1],
	["cut", 3],
	["subscribe", 5],
	["unsubscribe", 1],
	["publish", 17],
	["withhold", 4],
	["release", 2],
];

export interface Script {
	readonly seed: number;
	/** Whether a client's filters may match the same topic. */
	readonly isOverlapping: boolean;
	readonly steps: readonly Step[];
}

/** The script of a seed; filters are disjoint with even ones. */
export function scriptOf(seed: number): Script {
	const random = seededRandom(seed);
	const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
	const chance = (share: number) => random() < share;
	const qos = () => pick<QoS>([0, 1, 2]);
	const isOverlapping = seed % 2 === 1;
	const filter = () => pick(isOverlapping ? OVERLAPPING : DISJOINT);
	const deck = ACTIONS.flatMap(([action, weight]) => Array<Step["action"]>(weight).fill(action));
	const connected = new Set<Client>();

	const application = (payload: string): Application => {
		const retain = chance(0.35);
		return { topic: pick(TOPICS), payload: chance(0.15) ? "" : payload, qos: qos(), retain };
	};
	const stepOf = (index: number): Step => {
		// Each begins with a subscription, so that there is something to see.
		const client = CLIENTS[index >> 1] ?? pick(CLIENTS);
		const action = !connected.has(client) ? "connect" : index < 2 * CLIENTS.length ? "subscribe" : pick(deck);
		switch (action) {
			case "connect":
				connected.add(client);
				return {
					client,
					action,
					clean: chance(0.4),
					will: chance(0.5) ? application(`will ${index}`) : undefined,
					resend: pick(["pubrel", "publish"] as const),
				};
			case "disconnect":
			case "cut":
				connected.delete(client);
				return { client, action };
			case "subscribe": {
				const filters = Array.from({ length: 1 + Math.floor(random() * 3) }, filter);
				return { client, action, filters: filters.map((one) => [one, qos()] as const) };
			}
			case "unsubscribe":
				return { client, action, filters: [filter()] };
			case "publish":
				return { client, action, message: application(`message ${index}`) };
			case "withhold":
			case "release":
				return { client, action };
		}
	};
	return { seed, isOverlapping, steps: Array.from({ length: STEPS }, (_, index) => stepOf(index)) };
}
