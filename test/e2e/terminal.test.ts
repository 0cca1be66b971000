import { afterEach, expect, it } from "vitest";
import { freePort } from "../support/free-port.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { describeWith, python } from "../support/requires.js";
import { Typist } from "../support/typist.js";

const programs = new Programs();
afterEach(() => programs.endAll());

const type = (...given: ConstructorParameters<typeof Typist>) => programs.add(new Typist(...given));
const up = (...words: readonly string[]) => ["up", "--port", "0", "--light", "100", ...words];

const ADDRESS = /^Page: http:\/\/127\.0\.0\.1:\d+\/$/;
const LIVE = /^light 100, LED on, \d+ messages?, link online$/;
const CTRL_C = "\\x03";
const CTRL_Z = "\\x1a";

const countOf = ({ rows }: Typist, wanted: RegExp) => rows.filter((row) => wanted.test(row)).length;

describeWith([python], "nightlight on a terminal", () => {
	it("keeps the page's address at the bottom, with one line of readings, and leaves both", async () => {
		const typist = type(up("--interval", "50"));
		await typist.sees(ADDRESS, -2);
		await typist.sees(/^light 100, LED on, [1-9]\d messages, link online$/, -1);
		expect(typist.rows).toEqual(
			expect.arrayContaining([
				...["device | Link online", "server | Link online"],
				...['server | Sending message: {"led_on":true}', 'device | Message received: {"led_on":true}'],
				"device | LED on",
			]),
		);
		expect(countOf(typist, /telemetry|Message received: \{"light"/)).toBe(0);
		expect(countOf(typist, /Sending message/)).toBe(1);
		typist.type(CTRL_C);
		expect(await typist.exited).toBe(0);
		expect(typist.rows.slice(-4)).toEqual([
			...["device | Link offline", "server | Link offline"],
			expect.stringMatching(/^light 100, LED on, \d+ messages$/),
			expect.stringMatching(ADDRESS),
		]);
		expect(countOf(typist, ADDRESS)).toBe(1);
	});

	it("cuts both in a terminal that is narrow, or becomes so, and wraps nothing", async () => {
		const typist = type(up(), 20);
		await typist.sees(/^Page: http:\/\/127\.0…$/, -2);
		await typist.sees(/^light 100, LED on,…$/, -1);
		typist.resize(60);
		await typist.sees(LIVE, -1);
		typist.resize(30);
		await typist.sees(/^light 100, LED on, \d+ mess\w+…$/, -1);
		await typist.sees(ADDRESS, -2);
		typist.resize(100);
		await typist.sees(LIVE, -1);
		expect(countOf(typist, /^Page/)).toBe(1);
		expect(countOf(typist, /^light/)).toBe(1);
	});

	it("draws both anew beneath what a shell says after Ctrl-Z", async () => {
		const typist = type(up("--interval", "50"));
		await typist.sees(LIVE, -1);
		typist.type(CTRL_Z);
		typist.resume();
		await typist.sees(/Stopped$/);
		await typist.sees(LIVE, -1);
		expect(typist.rows.at(-3)).toMatch(/Stopped$/);
	});

	it("says in a line why it cannot begin", async () => {
		const broker = programs.add(new Nightlight(["broker", "--port", "0", "--json"]));
		const { port } = await broker.heard({ event: "listening" });
		const typist = type(["up", "--port", `${port}`]);
		expect(await typist.exited).toBe(1);
		expect(typist.rows.join("")).toMatch(/^nightlight: port \d+ on 127\.0\.0\.1 is taken; [^\n]*$/);
	});

	it.each<[string, readonly string[], Readonly<Record<string, string>>]>([
		["--log", ["--log"], {}],
		["--no-page", ["--no-page"], {}],
		["TERM=dumb", [], { TERM: "dumb" }],
	])("has a line for each message with %s", async (_, words, env) => {
		const typist = type(up("--interval", "50", ...words), 80, env);
		await typist.until("readings", () => countOf(typist, /^device \| Sending telemetry/) >= 3);
		typist.type(CTRL_C);
		expect(await typist.exited).toBe(0);
		expect(typist.text).not.toContain("\x1b");
		expect(countOf(typist, ADDRESS)).toBe(words.includes("--no-page") ? 0 : 2);
	});

	it("has no colour, with NO_COLOR or without", async () => {
		for (const env of [{}, { NO_COLOR: "1", FORCE_COLOR: "3" }]) {
			const typist = type(up("--duration", "1"), 80, env);
			expect(await typist.exited).toBe(0);
			expect(typist.text.split("\x1b").filter((step) => /^\[[\d;]*m/.test(step))).toEqual([]);
		}
	});

	it("does not draw where numbers are typed", async () => {
		const typist = type(["up", "--port", "0", "--light", "-"]);
		await typist.sees(/^Waiting for the first number/);
		typist.type("262\\n");
		await typist.sees(ADDRESS);
		await typist.sees(/^device \| Sending telemetry \{"light":262\}$/);
	});

	it("tells the page's address once a link has failed, and shows that", async () => {
		const typist = type(["up", "--broker", `mqtt://127.0.0.1:${await freePort()}`, "--id", "lamp"]);
		await typist.sees(ADDRESS, -2);
		await typist.sees(/^no reading yet, 0 messages, link backoff, server backoff$/, -1);
		expect(countOf(typist, /connection refused/i)).toBeGreaterThan(0);
		typist.type(CTRL_C);
		await typist.exited;
		expect(typist.rows.at(-1)).toMatch(ADDRESS);
	});

	it("shows the server's page, with what is heard of the device's LED", async () => {
		const broker = programs.add(new Nightlight(["broker", "--port", "0", "--json"]));
		const { port } = await broker.heard({ event: "listening" });
		const words = ["--broker", `mqtt://127.0.0.1:${port}`, "--id", "lamp"];
		const typist = type(["server", ...words, "--page"]);
		await typist.sees(/^no device yet, 0 messages, server online$/, -1);
		programs.add(new Nightlight(["device", ...words, "--light", "9", "--json"]));
		await typist.sees(/^light 9, LED on, \d+ messages?, link online$/, -1);
		expect(typist.rows.at(-2)).toMatch(ADDRESS);
	});

	it("keeps the key of a page that others reach beneath its address, and leaves it out at the end", async () => {
		const typist = type(up("--page-host", "0.0.0.0"));
		await typist.sees(LIVE, -1);
		expect(typist.rows.at(-2)).toMatch(/^Key: [a-z]{3}-[a-z]{3}-[a-z]{3}$/);
		expect(typist.rows.at(-3)).toMatch(/^Page: http:\/\/[\d.]+:\d+\/$/);
		typist.type(CTRL_C);
		expect(await typist.exited).toBe(0);
		expect(countOf(typist, /^Key/)).toBe(0);
	});

	it("sums several devices up", async () => {
		const typist = type(up("--devices", "3", "--interval", "200"));
		await typist.sees(/^3 of 3 devices online, \d+ messages$/, -1);
		expect(typist.rows.at(-2)).toMatch(ADDRESS);
		expect(countOf(typist, /^device/)).toBe(0);
		typist.type(CTRL_C);
		expect(await typist.exited).toBe(0);
		expect(typist.rows.at(-2)).toMatch(/^3 devices, \d+ messages$/);
	});

	it("ends when its terminal goes away", async () => {
		const typist = type(up("--interval", "50"));
		await typist.sees(LIVE, -1);
		typist.leave();
		// SIGHUP, as a terminal sends it.
		expect(await typist.exited).toBe(256 - 1);
	});
});
