import { describe, expect, it } from "vitest";
import { describeProblem, parseConfig } from "../../firmware/config.js";
import { Nightlight } from "./nightlight.js";

describe("the groups of a device", () => {
	const problemsOf = (groups: unknown, others: object = {}): string[] => {
		const parsed = parseConfig({ id: "d1", broker: { host: "broker.test" }, groups, ...others });
		return parsed.kind === "valid" ? [] : parsed.problems.map(describeProblem);
	};
	const connectionString = "HostName=h;DeviceId=d;SharedAccessKey=AAAA";

	it.each([
		{ groups: ["a", "b-2", "c.3"], problems: [] },
		{ groups: "garden", problems: ['groups: got "garden", wants a list of 0 to 8'] },
		{ groups: ["a/b"], problems: [expect.stringMatching(/^groups\.0: got "a\/b", wants 1 to 32 /)] },
		{ groups: ["+"], problems: [expect.stringMatching(/^groups\.0: got "\+", wants 1 to 32 /)] },
		{ groups: Array(9).fill("a"), problems: [expect.stringMatching(/^groups: /)] },
	])("$groups", ({ groups, problems }) => {
		expect(problemsOf(groups)).toEqual(problems);
	});

	it("are none at an Azure IoT Hub", () => {
		expect(problemsOf(["garden"], { azure: { connectionString } })).toEqual([
			'groups: got "garden", wants none: an Azure IoT Hub has no groups',
		]);
	});
});

describe("a device in a group", () => {
	it("obeys what the group is told, and what itself is", () => {
		const nightlight = new Nightlight({ groups: ["garden"] });
		expect(nightlight.listen(100)).toContain("subscribe X/commands 0, groups/garden/commands 0");
		const led = () => nightlight.host.digital.led;
		const tell = (topic: string, on: boolean, retain = false) => {
			nightlight.broker.publish(topic, JSON.stringify({ led_on: on }), { retain });
			nightlight.listen(10);
			return led();
		};
		expect(tell("groups/garden/commands", true)).toBe(1);
		expect(tell("X/commands", false)).toBe(0);
		expect(nightlight.host.events.filter(({ event }) => event === "command")).toHaveLength(2);
	});

	it("obeys what is retained for it and for the group once each, on the first connection", () => {
		const nightlight = new Nightlight({ groups: ["garden"] });
		const retained = () => {
			for (const [topic, on] of [
				["X/commands", true],
				["groups/garden/commands", false],
			] as const)
				nightlight.broker.publish(topic, JSON.stringify({ led_on: on }), { retain: true });
		};
		nightlight.listen(100);
		retained();
		nightlight.listen(10);
		expect(nightlight.host.digital.led).toBe(0);
		const changes = () => nightlight.host.events.filter(({ event }) => event === "led").length;
		const before = changes();
		nightlight.broker.kill();
		nightlight.listen(1500);
		retained();
		nightlight.listen(10);
		expect(changes()).toBe(before);
		expect(nightlight.host.events.slice(-2)).toMatchObject([
			{ event: "refused", code: "retained-again", topic: "X/commands" },
			{ event: "refused", code: "retained-again", topic: "groups/garden/commands" },
		]);
	});
});
