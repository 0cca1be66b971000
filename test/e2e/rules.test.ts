import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { runHere } from "../support/command-line.js";
import { Mosquitto } from "../support/mosquitto.js";
import { type EventLine, Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { describeWith, mosquitto } from "../support/requires.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const programs = new Programs();
afterEach(() => programs.endAll());

const cwd = mkdtempSync(join(tmpdir(), "nightlight-rules-"));
const file = (name: string, text: string): string => {
	writeFileSync(join(cwd, name), text);
	return name;
};
const nightlight = (...words: readonly string[]): Nightlight =>
	programs.add(new Nightlight([...words, "--json"], { cwd }));

/** A decision as `on ON/OFF/SILENT`. */
const shown = ({ on, votes }: EventLine) => {
	const { on: yes, off, silent } = votes as { on: number; off: number; silent: number };
	return `${on} ${yes}/${off}/${silent}`;
};

describeWith([mosquitto], "twenty devices on Mosquitto that vote", () => {
	const RULES = `
groups:
  seats: [bird, clear-1..12, cloud-1..5, dead-1..2]
rules:
  median: {votes: seats, median: {below: 300, hysteresis: 20}, stale: 3, quorum: 13, commands: mast-1}
  some: {votes: seats, atLeast: {count: 5, below: 300}, stale: 3, commands: mast-2}
  strict: {votes: seats, median: {below: 300}, stale: 3, quorum: 19, otherwise: on, commands: mast-3}
`;

	it("decide as the table says: a bird on one, two dead, clouds over five", async () => {
		const broker = await Mosquitto.start(programs);
		const masts = await broker.subscribe("+/commands");
		const server = nightlight(
			...["server", "--broker", broker.url, "--id", "+", "--rule", file("stadium.yaml", RULES)],
		);
		await server.heard({ event: "link", state: "online" });
		const at = ["--broker", broker.url, "--interval", "300"];
		const seats = (id: string, count: string, light: string) =>
			nightlight("up", ...at, "--id", id, "--devices", count, "--light", light, "--no-page", "--observe");
		// Its light is written to its standard input.
		const bird = nightlight("device", ...at, "--id", "bird", "--light", "-");
		bird.child.stdin?.write("900\n");
		seats("clear", "12", "800");
		const dead = seats("dead", "2", "800");
		const clouds = seats("cloud", "5", "-");
		clouds.child.stdin?.write("700\n");
		const isSaid = (mast: string, on: boolean) => (): boolean =>
			masts.lines
				.filter((line) => line.startsWith(`${mast}/commands `))
				.at(-1)
				?.endsWith(`{"led_on":${on}}`) ?? false;
		const decided = (rule: string, words: string) =>
			server.until(`${rule} ${words}`, () => {
				const last = server.events
					.filter((event) => event.event === "decision" && event.rule === rule)
					.at(-1);
				return last !== undefined && shown(last) === words;
			});

		for (const rule of ["median", "some", "strict"]) await decided(rule, "false 0/20/0");
		bird.child.stdin?.write("0\n");
		await server.heard({ event: "received", device: "bird", payload: { light: 0 } });
		dead.child.kill("SIGKILL");
		await decided("median", "false 1/17/2");
		await decided("some", "false 1/17/2");
		await decided("strict", "true 1/17/2");
		await masts.until("mast-3 on", isSaid("mast-3", true));
		clouds.child.stdin?.write("100\n");
		await masts.until("mast-2 on", isSaid("mast-2", true));
		await server.heard({ event: "received", device: "cloud-5", payload: { light: 100 } });
		const count = server.events.length;
		await server.until("further readings", () => server.events.length > count + 40);
		expect(isSaid("mast-1", false)()).toBe(true);
		expect(masts.lines.filter((line) => line.startsWith("mast-"))).toHaveLength(3 + 2);
		expect(await server.end()).toBe(0);
		expect(server.errors).toBe("");
	});
});

describe("a rule file that is read again at SIGHUP", () => {
	const rule = (below: number, more = "") =>
		`rules:\n  both:\n    votes: lamp-1..2\n    median: {below: ${below}}\n    commands: lamp-1..2\n${more}`;

	it("is in force at once if it is right, and changes nothing if it is wrong, which is said", async () => {
		const name = file("reloaded.yaml", rule(300));
		const lamps = nightlight(
			...["up", "--port", "0", "--no-page", "--devices", "2", "--id", "lamp", "--interval", "200"],
			...["--light", "500", "--rule", name],
		);
		await lamps.heard({ event: "decision", rule: "both", on: false });
		const number = lamps.events.length;
		file("reloaded.yaml", rule(600, "    minimumOn: soon\n  other: {}\n"));
		lamps.child.kill("SIGHUP");
		const refused = await lamps.heard({ event: "rules", state: "refused", code: "wrong-rules" });
		expect(String(refused.reason).split("\n")).toEqual([
			'reloaded.yaml:6:16: rules.both.minimumOn: got "soon", wants seconds, 0 to 31536000',
			"reloaded.yaml:7:10: rules.other: votes is missing",
			"reloaded.yaml:7:10: rules.other: commands is missing",
			"reloaded.yaml:7:10: rules.other: wants median or atLeast",
		]);
		await lamps.until("the log", () => lamps.errors.split("\n").length > 4);
		// The rules from before go on.
		for (const device of ["lamp-1", "lamp-2"])
			await lamps.heard({ event: "sent", device, payload: { led_on: false } }, number);
		file("reloaded.yaml", rule(600));
		lamps.child.kill("SIGHUP");
		await lamps.heard({ event: "rules", state: "loaded" });
		await lamps.heard({ event: "decision", rule: "both", on: true });
		for (const device of ["lamp-1", "lamp-2"])
			await lamps.heard({ source: "device", device, event: "led", on: true });
		// The same ones once more: nothing is decided anew.
		const before = lamps.events.length;
		lamps.child.kill("SIGHUP");
		await lamps.heard({ event: "rules", state: "loaded" }, before);
		await lamps.heard({ event: "sent", device: "lamp-1", payload: { led_on: true } }, before);
		expect(lamps.events.slice(before).filter(({ event }) => event === "decision")).toEqual([]);
		expect(await lamps.end()).toBe(0);
	});
});

describe("a rule file that cannot be used ends the command with 2, and says", () => {
	it.each([
		{ name: "that it is not there", text: undefined, says: "--rule: cannot read none.yaml (ENOENT)" },
		{ name: "what is no YAML", text: "rules: [", says: "wrong.yaml:1:9: not YAML: " },
		{
			name: "an unknown key",
			text: "rules: {}\nrulez: 1",
			says: 'wrong.yaml:2:1: the file: unknown key "rulez"',
		},
		{
			name: "an empty group",
			text: "groups:\n  g: []\nrules: {}",
			says: "wrong.yaml:2:6: groups.g: got an empty list",
		},
		{
			name: "a cycle",
			text: "groups: {a: [b], b: [a]}\nrules: {}",
			says: "a group within itself: a > b > a",
		},
		{
			name: "that the server does not serve a device of it",
			text: "rules: {r: {votes: seat-1, median: {below: 1}, commands: seat-1}}",
			says: 'wrong.yaml:1:20: rules.r.votes: "seat-1" is neither a group nor a device that is served (--id, --devices)',
		},
	])("$name", async ({ text, says }) => {
		const name = text === undefined ? "none.yaml" : file("wrong.yaml", text);
		for (const command of ["server", "up"]) {
			const { code, errors } = await runHere([command, "--rule", name], { cwd });
			expect(code).toBe(2);
			expect(errors).toContain(says);
		}
	});

	it("as a program too", async () => {
		const server = nightlight("server", "--rule", file("wrong.yaml", "rules: 5"));
		expect(await server.exited).toBe(2);
		expect(server.errors).toBe("nightlight: wrong.yaml:1:8: rules: got 5, wants a map of names\n");
	});

	it("that with a hub there is no server", async () => {
		const hub = file("lamp.txt", "HostName=hub.example;DeviceId=lamp;SharedAccessKey=AAAA");
		const { code, errors } = await runHere(["up", "--azure", hub, "--rule", "wrong.yaml"], { cwd });
		expect(code).toBe(2);
		expect(errors).toContain("--rule is not for Azure IoT Hub");
	});
});

describe("an example", () => {
	/** The command that an example names in its comment. */
	const wordsOf = (name: string): string[] => {
		const text = readFileSync(join(ROOT, "examples", name), "utf8");
		return (/^# +npx nightlight (.+)$/m.exec(text)?.[1] ?? "").split(" ");
	};
	const run = (name: string, ...words: readonly string[]): Nightlight =>
		programs.add(
			new Nightlight([...wordsOf(name), "--port", "0", "--interval", "300", "--json", ...words], {
				cwd: ROOT,
			}),
		);

	/** What the page at an address knows first. */
	async function helloOf(url: unknown, query: string) {
		const abort = new AbortController();
		const { body } = await fetch(new URL(`/api/stream?${query}`, String(url)), { signal: abort.signal });
		let text = "";
		for await (const chunk of body ?? []) {
			text += new TextDecoder().decode(chunk);
			if (text.includes("\n\n")) break;
		}
		abort.abort();
		return JSON.parse(text.slice("data: ".length, text.indexOf("\n\n")));
	}

	it("stadium.yaml runs by the command that it names, and is on the page", async () => {
		const stadium = run("stadium.yaml");
		await stadium.heard({ event: "decision", rule: "floodlights", on: false, reason: "votes" });
		const { url } = await stadium.heard({ source: "page" });
		const { rules, count } = await helloOf(url, "all");
		expect(count).toBe(20);
		expect(rules).toMatchObject([{ name: "floodlights", on: false, median: 800 }]);
		expect(rules[0].votes).toHaveLength(20);
		expect(await stadium.end()).toBe(0);
		expect(stadium.errors).toBe("");
	});

	it("thermostat.yaml runs by the command that it names, and is on the page", async () => {
		const cold = ["--sensor", "livingroom_temperature=18", "--sensor", "bedroom_temperature=17"];
		const thermostat = run("thermostat.yaml", ...cold);
		await thermostat.heard({ event: "decision", rule: "heating", on: true, reason: "votes" });
		await thermostat.heard({ source: "device", event: "led", on: true });
		const { url } = await thermostat.heard({ source: "page" });
		const { device, rules } = await helloOf(url, "device=thermostat");
		expect(device).toMatchObject({ range: { minimum: 10, maximum: 30 }, believed: { led: true } });
		expect(device.believed.light).toBeGreaterThanOrEqual(10);
		expect(rules).toMatchObject([{ name: "heating", on: true, median: 18 }]);
		expect(await thermostat.end()).toBe(0);
		expect(thermostat.errors).toBe("");
	});
});
