import { describe, expect, it } from "vitest";
import type { LinkState } from "../../../firmware/events.js";
import { Lit } from "../../../host-sim/simulation/invariants/lit.js";
import { Pauses } from "../../../host-sim/simulation/invariants/pauses.js";
import { Protocol } from "../../../host-sim/simulation/invariants/protocol.js";
import { Said } from "../../../host-sim/simulation/invariants/said.js";
import type { WorldEvent } from "../../../host-sim/simulation/trace.js";
import { configOf } from "../../../host-sim/simulation/variety.js";
import type { ServerLinkState } from "../../../server/events.js";
import { viewOf } from "./view.js";

/** From 1 s to 60 s, and anew after 30 s. */
const CONFIG = configOf("d1");

/** What a device's link may do: states, or what somebody else does. */
type DeviceStep = [time: number, state: LinkState, delay?: number] | [time: number, "power", isOn: boolean];

describe("pauses between tries", () => {
	function play(steps: readonly DeviceStep[], until = steps.at(-1)?.[0] ?? 0): string {
		const pauses = new Pauses([CONFIG]);
		try {
			for (const [time, state, value] of steps) {
				const device = "d1";
				if (state === "power") {
					pauses.onEvent(time, { source: "power", device, isOn: value as boolean });
				} else {
					const delay = value as number | undefined;
					pauses.onEvent(time, {
						...{ source: "device", device, event: "link", state },
						...(delay !== undefined && { delay }),
					});
				}
			}
			pauses.check(viewOf({}, { time: until }));
			return "well";
		} catch (error) {
			return (error as Error).message;
		}
	}
	const retry = (time: number, delay: number): DeviceStep[] => [
		[time, "backoff", delay],
		[time + delay, "resolving"],
	];

	it.each<{ name: string; steps: DeviceStep[]; until?: number; says: string }>([
		{ name: "double", steps: [...retry(0, 500), ...retry(600, 2000), ...retry(3000, 3999)], says: "well" },
		{
			name: "are not shorter",
			steps: retry(0, 499),
			says: "a pause of 499 ms; number 1 is to take 500 to 1000",
		},
		{ name: "are not longer", steps: retry(0, 1001), says: "a pause of 1001 ms" },
		{
			name: "do not stay as they are",
			steps: [...retry(0, 900), ...retry(2000, 900)],
			says: "number 2 is to take 1000 to 2000",
		},
		{
			name: "have a longest one",
			steps: [900, 1900, 3900, 7900, 15_900, 31_900, 59_000, 60_001].flatMap((delay, index) =>
				retry(index * 100_000, delay),
			),
			says: "a pause of 60001 ms; number 8 is to take 30000 to 60000",
		},
		{
			name: "begin anew after a stable connection",
			steps: [...retry(0, 900), [2000, "online"], ...retry(32_001, 900)],
			says: "well",
		},
		{
			name: "must begin anew then",
			steps: [...retry(0, 900), [2000, "online"], ...retry(32_001, 1900)],
			says: "a pause of 1900 ms; number 1",
		},
		{
			name: "do not begin anew after one that was not stable",
			steps: [...retry(0, 900), [2000, "online"], ...retry(31_999, 900)],
			says: "a pause of 900 ms; number 2",
		},
		{
			name: "may do either in the very millisecond: anew",
			steps: [...retry(0, 900), [2000, "online"], ...retry(32_000, 900)],
			says: "well",
		},
		{
			name: "may do either in the very millisecond: on",
			steps: [...retry(0, 900), [2000, "online"], ...retry(32_000, 1900)],
			says: "well",
		},
		{
			name: "begin anew with the power",
			steps: [
				[0, "backoff", 900],
				[10, "power", false],
				[20, "power", true],
				[20, "resolving"],
				...retry(5000, 900),
			],
			says: "well",
		},
		{
			name: "are shortened by chance",
			steps: [...retry(0, 1000), ...retry(2000, 2000), ...retry(9000, 4000)],
			says: "3 pauses in a row that chance did not shorten",
		},
		{ name: "end with a try", steps: [[0, "backoff", 900]], until: 901, says: "no try at 900 ms" },
		{ name: "may still last", steps: [[0, "backoff", 900]], until: 900, says: "well" },
		{
			name: "do not end early",
			steps: [
				[0, "backoff", 900],
				[890, "resolving"],
			],
			says: "a try 10 ms too early",
		},
		{
			name: "do not end late",
			steps: [
				[0, "backoff", 900],
				[910, "resolving"],
			],
			says: "a try 10 ms too late",
		},
	])("$name: $says", ({ steps, until, says }) => {
		expect(play(steps, until)).toContain(says);
	});

	it.each<{ name: string; delays: number[]; says: string | undefined }>([
		{ name: "double up to 30 s", delays: [900, 1900, 3900, 7900, 15_900, 29_000, 29_000], says: undefined },
		{ name: "are not longer", delays: [900, 1900, 3900, 7900, 15_900, 31_000], says: "the server: a pause" },
	])("of the server $name", ({ delays, says }) => {
		const pauses = new Pauses([CONFIG]);
		const states: ServerLinkState[] = ["backoff", "connecting"];
		const act = () => {
			for (const [index, delay] of delays.entries()) {
				for (const [at, state] of states.entries()) {
					const time = index * 100_000 + at * delay;
					pauses.onEvent(time, { source: "server", event: "link", state, ...(at === 0 && { delay }) });
				}
			}
		};
		if (says === undefined) act();
		else expect(act).toThrow(says);
	});
});

it("pauses of a server go on when an earlier crash of two is over", () => {
	const pauses = new Pauses([CONFIG]);
	const crash = (time: number, phase: "begin" | "end") =>
		pauses.onEvent(time, { source: "fault", fault: "serverCrash", target: "server", phase });
	const backoff = (time: number, delay: number) =>
		pauses.onEvent(time, { source: "server", event: "link", state: "backoff", delay });
	crash(0, "begin");
	crash(10, "begin");
	crash(100, "end");
	backoff(200, 900);
	crash(300, "end");
	backoff(2000, 1900);
	crash(5000, "begin");
	expect(() => backoff(6000, 3900)).toThrow("the server: a pause");
});

describe("what is said of a device", () => {
	const STATUS = { topic: "d1/status", payload: "online" };
	const STATE = { topic: "d1/state", payload: '{"led_on":true}' };
	it.each<{ name: string; kept: { topic: string; payload: string; retain?: boolean }[]; says?: string }>([
		{ name: "is so", kept: [STATUS, STATE] },
		{
			name: "is that it is there",
			kept: [{ ...STATUS, payload: "offline" }, STATE],
			says: "d1/status is offline",
		},
		{
			name: "is how the LED is",
			kept: [STATUS, { ...STATE, payload: '{"led_on":false}' }],
			says: 'd1/state is {"led_on":false}, not {"led_on":true}',
		},
		{ name: "is retained", kept: [{ ...STATUS, retain: false }, STATE], says: "d1/status is nothing" },
	])("$name", ({ kept, says }) => {
		const said = new Said();
		for (const message of kept) said.onTaken(1, { qos: 0, retain: true, ...message });
		const check = () => said.check(viewOf({}));
		if (says === undefined) check();
		else expect(check).toThrow(says);
	});

	it("is said again to a broker that forgot it", () => {
		const said = new Said();
		for (const message of [STATUS, STATE]) said.onTaken(1, { qos: 0, retain: true, ...message });
		said.onEvent(2, { source: "fault", fault: "amnesia", target: "broker", phase: "begin" });
		expect(() => said.check(viewOf({}))).toThrow("d1/status is nothing");
		expect(() => said.check(viewOf({ calmSince: 1 }))).not.toThrow();
	});
});

describe("the LED", () => {
	type Step = "on" | "off" | "led on" | "led off" | "power" | "number";
	const eventOf = (step: Step): WorldEvent => {
		const device = "d1";
		if (step === "power") return { source: "power", device, isOn: true };
		if (step === "led on" || step === "led off") {
			return { source: "device", device, event: "led", on: step === "led on" };
		}
		const payload = step === "number" ? { led: 1 } : { led_on: step === "on" };
		return { source: "device", device, event: "command", payload };
	};

	it.each<{ steps: Step[]; led: boolean; hasPower?: boolean; says: string }>([
		{ steps: [], led: false, says: "well" },
		{ steps: [], led: true, says: "d1's LED is on, but no command came" },
		{ steps: ["on", "led on"], led: true, says: "well" },
		{ steps: ["on"], led: false, says: "d1's LED is off, but the last command says on" },
		{ steps: ["on", "led off"], led: true, says: "d1's LED is off, but the last command says on" },
		{ steps: ["led on"], led: true, says: "d1's LED is on, but no command came" },
		{ steps: ["on", "led on", "off", "led off"], led: false, says: "well" },
		{ steps: ["on", "led on", "off"], led: true, says: "d1's LED is on, but the last command says off" },
		{ steps: ["on", "led on", "number"], led: true, says: "well" },
		{ steps: ["on", "led on", "power"], led: false, says: "well" },
		{ steps: ["on", "led on", "power"], led: true, says: "d1's LED is on, but no command came" },
		{ steps: ["on", "led on"], led: false, hasPower: false, says: "well" },
	])("after $steps is $led: $says", ({ steps, led, hasPower = true, says }) => {
		const lit = new Lit();
		const play = () => {
			for (const step of steps) lit.onEvent(1, eventOf(step));
			lit.check(viewOf({ led, hasPower }));
		};
		if (says === "well") play();
		else expect(play).toThrow(says);
	});
});

describe("the protocol", () => {
	const clause = "MQTT-3.1.0-1";
	it.each([
		{ name: "is broken by a client", client: "d1", clause, says: "d1: DUP [MQTT-3.1.0-1]" },
		{ name: "is broken before CONNECT", client: "", clause, says: "somebody who did not connect: DUP" },
		{ name: "is not broken by a CONNECT that is late", client: "", clause: "3.1.4", says: undefined },
	])("$name", ({ client, clause, says }) => {
		const violation = { event: "violation", client, clause, detail: "DUP" } as const;
		const tell = () => new Protocol().onEvent(1, { source: "broker", ...violation });
		if (says === undefined) tell();
		else expect(tell).toThrow(says);
	});
});
