import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { connect, type MqttClient } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { runHere } from "../support/command-line.js";
import { inLane } from "../support/lane.js";
import { Mosquitto } from "../support/mosquitto.js";
import { Nightlight } from "../support/nightlight.js";
import { Programs } from "../support/processes.js";
import { describeWith, mosquitto } from "../support/requires.js";

const programs = new Programs();
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
	await programs.endAll();
});

const nightlight = (...words: string[]) => programs.add(new Nightlight([...words, "--json"]));
const folder = () => mkdtempSync(join(tmpdir(), "nightlight-"));

function rowsOf(file: string, sql: string): unknown[] {
	const database = new Database(file);
	try {
		return database.prepare(sql).raw().all();
	} finally {
		database.close();
	}
}

async function client(url: string, options = {}): Promise<MqttClient> {
	const connected = connect(url, options);
	cleanups.push(() => connected.endAsync(true));
	await new Promise<void>((resolve) => connected.once("connect", () => resolve()));
	return connected;
}

async function embedded(): Promise<string> {
	const broker = nightlight("broker", "--port", "0");
	const { port } = await broker.heard({ event: "listening" });
	return `mqtt://127.0.0.1:${port}`;
}

async function started(url: string, ...words: string[]) {
	const server = nightlight("server", "--broker", url, "--id", "lamp", ...words);
	await server.heard({ event: "link", state: "online" });
	return server;
}

/** A device that sends numbered readings, a few at a time, until all are acknowledged; it goes back if that takes long. */
class Sender {
	readonly acks: Record<string, unknown>[] = [];
	readonly commands: string[] = [];
	readonly #client: MqttClient;
	readonly #stream: string;
	#through = 0;

	private constructor(client: MqttClient, stream: string) {
		this.#client = client;
		this.#stream = stream;
		client.on("message", (topic, payload) => {
			if (topic === "lamp/commands") this.commands.push(String(payload));
			else this.acks.push(JSON.parse(String(payload)));
			const { stream: name, through } = this.acks.at(-1) ?? {};
			if (name === stream) this.#through = Math.max(this.#through, Number(through));
		});
	}

	static async start(url: string, stream = "a"): Promise<Sender> {
		const connected = await client(url);
		await connected.subscribeAsync(["lamp/acks", "lamp/commands"]);
		return new Sender(connected, stream);
	}

	get through(): number {
		return this.#through;
	}

	send(seq: number, more: object = {}): void {
		const reading = { light: seq, seq, stream: this.#stream, base: this.#through + 1, ...more };
		this.#client.publish("lamp/telemetry", JSON.stringify(reading));
	}

	/** Sends 1 to `last`. @param isUnlucky says of each message whether it is lost on the way */
	async sendAll(last: number, isUnlucky: (seq: number) => boolean = () => false): Promise<void> {
		let next = 1;
		let [before, idle] = [0, 0];
		while (this.#through < last) {
			for (let count = 0; count < 10 && next <= last; count++, next++) if (!isUnlucky(next)) this.send(next);
			await new Promise((resolve) => setTimeout(resolve, 20));
			idle = this.#through > before ? 0 : idle + 1;
			before = this.#through;
			// Nothing came for a while: once more from the first that is not acknowledged.
			if (idle === 15) [next, idle] = [this.#through + 1, 0];
		}
	}
}

/** Has these numbers be lost once. */
function losing(isMeant: (seq: number) => boolean): (seq: number) => boolean {
	const lost = new Set<number>();
	return (seq) => isMeant(seq) && !lost.has(seq) && lost.add(seq) !== undefined;
}

describeWith([mosquitto], "a server with a database on Mosquitto", () => {
	it("has each numbered reading once and in order, though it is killed again and again and messages are lost", async () => {
		const { url } = await Mosquitto.start(programs);
		const file = join(folder(), "lamp.db");
		const last = inLane(400, 2000);
		const sender = await Sender.start(url);
		let server = await started(url, "--database", file);
		let isOver = false;
		let kills = 0;
		const sending = sender
			.sendAll(
				last,
				losing((seq) => seq % 37 === 5),
			)
			.finally(() => {
				isOver = true;
			});
		while (!isOver && kills < 5) {
			const from = sender.through;
			await expect
				.poll(() => isOver || sender.through > from + 20, { interval: 5, timeout: 20_000 })
				.toBe(true);
			await server.end("SIGKILL");
			kills++;
			server = await started(url, "--database", file);
		}
		await sending;
		expect(kills).toBe(5);
		const numbers = Array.from({ length: last }, (_, index) => [index + 1, index + 1]);
		const sql = "SELECT seq, json_extract(payload, '$.light') FROM telemetry ORDER BY id";
		expect(rowsOf(file, sql)).toEqual(numbers);
		expect(rowsOf(file, "SELECT device, stream, through FROM streams")).toEqual([["lamp", "a", last]]);
		expect(sender.acks.at(-1)).toMatchObject({ stream: "a", through: last, by: "nightlight" });
		expect(await server.end()).toBe(0);
	}, 120_000);

	it("has a plain reading with QoS 1 that came while it was away, or whose commit it did not live to see", async () => {
		const { url } = await Mosquitto.start(programs);
		const file = join(folder(), "lamp.db");
		const sender = await client(url);
		const send = (light: number) => sender.publishAsync("lamp/telemetry", `{"light":${light}}`, { qos: 1 });
		const first = await started(url, "--database", file);
		await send(1);
		await expect.poll(() => rowsOf(file, "SELECT payload FROM telemetry")).toHaveLength(1);
		// It takes this one, and is gone before the commit.
		await send(2);
		await first.heard({ event: "received", payload: { light: 2 } });
		await first.end("SIGKILL");
		await send(3);
		await started(url, "--database", file);
		await expect
			.poll(() => rowsOf(file, "SELECT DISTINCT payload, stream, seq FROM telemetry ORDER BY id"))
			.toEqual([1, 2, 3].map((light) => [`{"light":${light}}`, null, null]));
	}, 30_000);
});

describe("a server without a database", () => {
	it("acknowledges, and takes readings once, until it ends", async () => {
		const url = await embedded();
		const server = await started(url);
		const sender = await Sender.start(url);
		await sender.sendAll(
			100,
			losing((seq) => seq === 50),
		);
		const readings = server.events.filter(({ event }) => event === "received");
		expect(new Set(readings.map(({ payload }) => JSON.stringify(payload))).size).toBeGreaterThanOrEqual(100);
		await server.heard({ event: "stream", device: "lamp", stream: "a", base: 1 });
		sender.send(1, { base: 1 });
		await server.heard({ event: "duplicate", device: "lamp", stream: "a", seq: 1, through: 100 });
		sender.send(103);
		await server.heard({ event: "gap", device: "lamp", stream: "a", seq: 103, through: 100 });
		await server.heard({ event: "acknowledged", device: "lamp", stream: "a", through: 100 });
	}, 30_000);
});

describe("two servers", () => {
	it("with one name: the one that began first ends with exit code 1 and one line", async () => {
		const url = await embedded();
		const first = nightlight("server", "--broker", url, "--id", "+");
		await first.heard({ event: "link", state: "online" });
		const sender = await Sender.start(url);
		sender.send(1);
		await first.heard({ event: "acknowledged" });
		const second = nightlight("server", "--broker", url, "--id", "+");
		await second.heard({ event: "link", state: "online" });
		sender.send(2, { base: 2 });
		await second.heard({ event: "acknowledged" });
		await first.heard({ event: "superseded", name: "nightlight" });
		expect(await first.exited).toBe(1);
		expect(first.errors).toMatch(
			/^nightlight: another server with the name "nightlight", which began at .+Z, answers these devices; end one of the two, or give this one a --name of its own\n$/,
		);
		sender.send(3, { base: 3 });
		await expect.poll(() => sender.acks.at(-1)).toMatchObject({ through: 3 });
		expect(second.events.filter(({ event }) => event === "superseded")).toEqual([]);
	}, 30_000);

	it("of which one observes: it takes the readings, and says nothing to the device", async () => {
		const url = await embedded();
		const file = join(folder(), "lamp.db");
		const observer = await started(url, "--observe", "--database", file);
		const sender = await Sender.start(url);
		sender.send(1);
		await observer.heard({ event: "received" });
		await expect.poll(() => rowsOf(file, "SELECT seq FROM telemetry")).toEqual([[1]]);
		const server = await started(url, "--name", "upstairs");
		sender.send(2, { base: 2 });
		await server.heard({ event: "acknowledged" });
		await expect.poll(() => sender.acks).toMatchObject([{ through: 2, by: "upstairs" }]);
		expect(sender.commands).toHaveLength(1);
		await expect.poll(() => rowsOf(file, "SELECT seq FROM telemetry")).toEqual([[1], [2]]);
	}, 30_000);
});

describe("a database that cannot be used", () => {
	const cwd = folder();
	mkdirSync(join(cwd, "folder"));
	writeFileSync(join(cwd, "notes.txt"), "not a database\n".repeat(100));
	new Database(join(cwd, "music.db")).exec("CREATE TABLE music(title)");
	const rows = [
		["text", "notes.txt", "it is no SQLite database; name another file"],
		["another program's", "music.db", "it is another program's database; name another file"],
		["in a folder that is missing", "none/lamp.db", "there is no folder none; make it, or name another"],
		["a folder", "folder", "it is no file; name a file"],
	] as const;

	it.each(
		rows.flatMap(([name, file, line]) =>
			["server", "up"].map((command) => [name, command, file, line] as const),
		),
	)("is refused: %s, by %s, with one line and exit code 2", async (_, command, file, line) => {
		const { code, output, errors } = await runHere([command, "--database", file], { cwd });
		expect({ code, output, errors: errors.trimEnd() }).toEqual({
			code: 2,
			output: "",
			errors: `nightlight: --database ${file}: ${line}`,
		});
	});

	it("is refused by a program, too", async () => {
		const server = programs.add(new Nightlight(["server", "--database", "notes.txt"], { cwd }));
		expect(await server.exited).toBe(2);
		expect(server.errors).toBe(`nightlight: --database notes.txt: ${rows[0][2]}\n`);
	});

	it("is refused with exit code 1 while another server uses it, however that ends", async () => {
		const url = await embedded();
		const file = join(folder(), "lamp.db");
		const first = await started(url, "--database", file);
		const second = nightlight("server", "--broker", url, "--id", "lamp", "--database", file);
		expect(await second.exited).toBe(1);
		expect(second.errors).toBe(
			`nightlight: --database ${file}: another server uses it; end that one, or name another file\n`,
		);
		await first.end("SIGKILL");
		const third = await started(url, "--database", file);
		expect(await third.end()).toBe(0);
	}, 30_000);
});

it("`up` keeps its readings in a database", async () => {
	const file = join(folder(), "lamp.db");
	const up = nightlight(
		"up",
		"--no-page",
		"--port",
		"0",
		"--light",
		"7",
		"--interval",
		"50",
		"--database",
		file,
	);
	await up.heard({ source: "server", event: "received" });
	expect(await up.end()).toBe(0);
	expect(existsSync(file)).toBe(true);
	expect(rowsOf(file, "SELECT DISTINCT device, payload FROM telemetry")).toEqual([
		["nightlight", '{"light":7}'],
	]);
}, 30_000);
