import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Programs } from "../../support/processes.js";
import { describeWith, mosquitto, type Requirement } from "../../support/requires.js";
import { Access, type Kind, letIn, type RunningBroker } from "./support.js";

const IDS = ["lamp", "other"];
const USES = ["telemetry", "state", "status", "responses", "commands", "acks", "orders"];
const GROUPS = ["garden", "house", "attic"];

/** All topics of two devices and three groups, and some that look like them. */
const TOPICS: readonly string[] = [
	...IDS.flatMap((id) => USES.map((use) => `${id}/${use}`)),
	...GROUPS.flatMap((group) => ["commands", "orders", "responses"].map((use) => `groups/${group}/${use}`)),
	...["lamp", "lamp/telemetry/more", "more/lamp/telemetry", "lamp/firmware", "groups/garden", "commands"],
];

const each = (use: string) => IDS.map((id) => `${id}/${use}`);
const groups = (use: string) => GROUPS.map((group) => `groups/${group}/${use}`);
const own = (id: string) => ["telemetry", "state", "status", "responses"].map((use) => `${id}/${use}`);

/** The access table, topic by topic: what is not here is refused. */
const MAY: Readonly<Record<string, { writes: readonly string[]; reads: readonly string[] }>> = {
	lamp: { writes: own("lamp"), reads: ["lamp/commands", "lamp/acks", "groups/garden/commands"] },
	other: { writes: own("other"), reads: ["other/commands", "other/acks", "groups/house/commands"] },
	server: {
		writes: [...each("commands"), ...each("acks"), ...each("responses"), ...groups("responses")],
		reads: [
			...["telemetry", "status", "state", "orders", "responses", "acks"].flatMap(each),
			...groups("orders"),
		],
	},
	page: { writes: [], reads: [...each("state"), ...each("status")] },
	operator: {
		writes: [...each("orders"), ...groups("orders"), ...groups("commands")],
		reads: [...["responses", "telemetry", "state", "status"].flatMap(each), ...groups("responses")],
	},
};
const CLIENTS = Object.keys(MAY);

/** Filters that would open more, if a broker gave them. */
const GREEDY = [
	"#",
	"+/#",
	"+/+",
	"+/telemetry",
	"+/commands",
	"lamp/#",
	"lamp/+",
	"groups/#",
	"groups/+/commands",
];
const OTHERS = ["$SYS/#", "+/+/commands", "$share/s/lamp/commands", "/#"];

/** What each may subscribe to, of those with wildcards. */
const WIDE: Readonly<Record<string, readonly string[]>> = {
	lamp: [],
	other: [],
	server: ["+/telemetry"],
	page: [],
	operator: ["+/telemetry"],
};

const BROKERS: readonly [Kind, readonly Requirement[]][] = [
	["Mosquitto", [mosquitto]],
	["the embedded broker", []],
];
for (const [kind, needed] of BROKERS) describeWith(needed, `the access table on ${kind}`, () => tests(kind));

function tests(kind: Kind): void {
	const programs = new Programs();
	const clients = new Map<string, MqttClient>();
	/** By client: `PAYLOAD@TOPIC` of each message that it got. */
	const got = new Map<string, Set<string>>();
	let access: Access;
	let broker: RunningBroker;

	const join = async (name: string) => {
		const client = access.client(name);
		clients.set(name, client);
		const all = got.get(name) ?? new Set();
		got.set(name, all);
		client.on("message", (topic, payload) => all.add(`${payload}@${topic}`));
		await letIn(client);
		// The greedy ones come first, so that a broker that gave them would have them when it counts.
		const filters = [...GREEDY, ...OTHERS, ...TOPICS];
		return { filters, granted: await subscribe(client, filters) };
	};

	beforeAll(async () => {
		access = await Access.make({ lamp: ["garden"], other: ["house"] });
		broker = await access.start(kind, programs);
		for (const name of CLIENTS) granted.set(name, await join(name));
	}, 60_000);
	afterAll(async () => {
		for (const client of clients.values()) await client.endAsync(true);
		await programs.endAll();
	});
	const granted = new Map<string, { filters: readonly string[]; granted: readonly number[] }>();

	describe.each(CLIENTS)("%s", (name) => {
		it("gets a subscription that may be, and none besides", () => {
			const { filters, granted: codes } = granted.get(name) ?? { filters: [], granted: [] };
			const may = [...(MAY[name]?.reads ?? []), ...(WIDE[name] ?? [])];
			const given = filters.filter((_, index) => codes[index] !== 0x80);
			// Mosquitto gives them all; below is what comes of them.
			expect(given.sort()).toEqual((kind === "Mosquitto" ? [...filters] : may).sort());
		});

		it("publishes where it may, and nowhere besides: what is refused is acknowledged", async () => {
			const client = clients.get(name) as MqttClient;
			for (const topic of TOPICS) await client.publishAsync(topic, `by ${name}`, { qos: 1 });
			for (const topic of TOPICS) await client.publishAsync(topic, `twice by ${name}`, { qos: 2 });
			for (const reader of CLIENTS) {
				const expected = TOPICS.filter(
					(topic) => MAY[name]?.writes.includes(topic) && MAY[reader]?.reads.includes(topic),
				);
				const of = (text: string) =>
					[...(got.get(reader) ?? [])]
						.filter((one) => one.startsWith(`${text}@`))
						.map((one) => one.split("@")[1]);
				for (const text of [`by ${name}`, `twice by ${name}`])
					await expect.poll(() => of(text).sort(), { message: reader }).toEqual([...expected].sort());
			}
			expect(client.connected).toBe(true);
		});

		it("is denied aloud", async () => {
			const denied = TOPICS.filter((topic) => !MAY[name]?.writes.includes(topic));
			for (const topic of denied)
				await expect
					.poll(() => broker.said())
					.toMatch(
						kind === "Mosquitto"
							? new RegExp(`Denied PUBLISH from ${name} .*'${topic}'`)
							: `"event":"denied","client":"${name}","action":"publish","topic":"${topic}"`,
					);
		});
	});

	it("a will goes where its client may publish, and nowhere besides", async () => {
		const before = clients.get("lamp") as MqttClient;
		await before.endAsync();
		for (const topic of TOPICS) {
			const will = { topic, payload: Buffer.from("will"), qos: 1 as const, retain: false };
			const client = await letIn(access.client("lamp", { will }));
			const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
			client.stream.destroy();
			await closed;
		}
		if (kind === "the embedded broker")
			expect(broker.said()).toContain('"denied","client":"lamp","action":"will","topic":"other/telemetry"');
		const others = CLIENTS.filter((name) => name !== "lamp");
		for (const reader of others) {
			const expected = own("lamp").filter((topic) => MAY[reader]?.reads.includes(topic));
			const wills = () => [...(got.get(reader) ?? [])].filter((one) => one.startsWith("will@"));
			await expect
				.poll(() => wills().sort(), { message: reader })
				.toEqual(expected.map((topic) => `will@${topic}`).sort());
		}
	}, 60_000);

	it("nothing is retained where nothing may be published", async () => {
		const lamp = await letIn(access.client("lamp"));
		for (const topic of TOPICS) await lamp.publishAsync(topic, "kept", { qos: 1, retain: true });
		await lamp.endAsync();
		const late = access.client("operator");
		const kept: string[] = [];
		late.on("message", (topic, payload, { retain }) => retain && kept.push(`${payload}@${topic}`));
		await letIn(late);
		await subscribe(late, TOPICS);
		const expected = own("lamp").filter((topic) => MAY.operator?.reads.includes(topic));
		await expect.poll(() => [...kept].sort()).toEqual(expected.map((topic) => `kept@${topic}`).sort());
		await late.endAsync();
	});
}

/** Subscribes to each filter. @returns the return code of each */
async function subscribe(client: MqttClient, filters: readonly string[]): Promise<number[]> {
	const codes: number[] = [];
	for (const filter of filters) {
		codes.push(
			await new Promise((resolve) =>
				client.subscribe(filter, { qos: 2 }, (_error, _granted, packet) =>
					resolve(Number(packet?.granted[0])),
				),
			),
		);
	}
	return codes;
}
