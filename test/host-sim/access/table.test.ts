import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aclFile } from "../../../host-sim/access/acl-file.js";
import {
	ACCESS,
	type Identity,
	identitiesOf,
	isReserved,
	maySubscribe,
	mayWrite,
	rightsOf,
} from "../../../host-sim/access/table.js";
import { ROOT } from "../../house/firmware-files.js";
import "../../support/seed.js";

const device = (name: string, ...groups: readonly string[]): Identity => ({ name, role: "device", groups });
const lamp = rightsOf(device("lamp", "garden", "house"));
const server = rightsOf({ name: "server", role: "server", groups: [] });

describe("the rights of a device", () => {
	it.each([
		["lamp/telemetry", true],
		["lamp/status", true],
		["other/telemetry", false],
		["lamp/commands", false],
		["lamp/telemetry/", false],
		["/lamp/telemetry", false],
		["+/telemetry", false],
		["lamp/#", false],
		["LAMP/telemetry", false],
	])("to publish on %s: %s", (topic, may) => {
		expect(mayWrite(lamp, topic)).toBe(may);
	});

	it.each([
		["lamp/commands", true],
		["groups/garden/commands", true],
		["groups/house/commands", true],
		["groups/attic/commands", false],
		["groups/+/commands", false],
		["+/commands", false],
		["lamp/+", false],
		["lamp/commands/#", false],
		["#", false],
		["+/+", false],
		["$share/any/lamp/commands", false],
		["lamp/telemetry", false],
	])("to subscribe to %s: %s", (filter, may) => {
		expect(maySubscribe(lamp, filter)).toBe(may);
	});
});

describe("the rights of the server", () => {
	it.each([
		["+/telemetry", true],
		["lamp/telemetry", true],
		["#", false],
		["#/telemetry", false],
		["+/#", false],
		["+/+", false],
		["$SYS/telemetry", false],
		["groups/+/orders", true],
		["groups/#", false],
		["+/garden/orders", false],
	])("to subscribe to %s: %s", (filter, may) => {
		expect(maySubscribe(server, filter)).toBe(may);
	});

	it("reach no topic of the broker's own", () => {
		expect(mayWrite(server, "$SYS/commands")).toBe(false);
	});
});

/** Whether a filter takes a topic, as MQTT 3.1.1, 4.7, has it: written for this test. */
function takes(filter: readonly string[], topic: readonly string[]): boolean {
	const [level, ...rest] = filter;
	if (level === undefined) return topic.length === 0;
	if (level === "#") return true;
	const [name, ...others] = topic;
	return name !== undefined && (level === "+" || level === name) && takes(rest, others);
}

it("a subscription that is given takes no topic that may not be read, whatever its wildcards", () => {
	const names = ["lamp", "other", "groups", "garden", "commands", "telemetry", "acks", ""];
	const level = fc.constantFrom(...names);
	const filters = fc.tuple(
		fc.array(fc.oneof(level, fc.constant("+")), { maxLength: 3 }),
		fc.constantFrom<readonly string[]>([], ["#"]),
	);
	const topics = fc.array(level, { minLength: 1, maxLength: 4 });
	fc.assert(
		fc.property(filters, topics, fc.constantFrom(lamp, server), ([levels, end], topic, rights) => {
			const filter = [...levels, ...end];
			if (!takes(filter, topic) || !maySubscribe(rights, filter.join("/"))) return;
			expect(rights.reads.some((read) => takes(read.split("/"), topic))).toBe(true);
		}),
		{ numRuns: 5000 },
	);
});

it("docs/security.md has the table", () => {
	const document = readFileSync(join(ROOT, "docs/security.md"), "utf8");
	const shown = (topics: readonly string[]) =>
		topics
			.map((topic) => {
				const text = `\`${topic.replace("{id}", "ID").replace("{group}", "GROUP")}\``;
				return topic.includes("{group}") ? `${text} of its groups` : text;
			})
			.join(", ");
	for (const [role, { writes, reads }] of Object.entries(ACCESS)) {
		const who = role === "device" ? "device ID" : role;
		expect(document).toContain(`| ${who} | ${shown(writes) || "nothing"} | ${shown(reads)} |`);
	}
});

it("Mosquitto's file has the rows of each, and none that holds for all", () => {
	const text = aclFile(identitiesOf({ devices: new Map([["lamp", ["garden"]]]), operators: ["anna"] }));
	const lines = text.split("\n");
	expect(lines.filter((line) => line.startsWith("user "))).toEqual([
		...["user server", "user page", "user anna", "user lamp"],
	]);
	expect(lines.slice(lines.indexOf("user lamp") + 1).filter((line) => line !== "")).toEqual([
		...["telemetry", "state", "status", "responses"].map((use) => `topic write lamp/${use}`),
		...["lamp/commands", "lamp/acks", "groups/garden/commands"].map((topic) => `topic read ${topic}`),
	]);
	expect(text).not.toMatch(/^(pattern|topic [^rw])/m);
});

it.each(["server", "operator", "page", "groups", "broker", "ca", "CRL", "Access"])(
	"no device is called %s",
	(id) => {
		expect(isReserved(id)).toBe(true);
	},
);
