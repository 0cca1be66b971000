import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accepts } from "../../support/mosquitto.js";
import { Program, Programs } from "../../support/processes.js";
import type { Requirement } from "../../support/requires.js";

/** A program and its arguments. */
export interface CommandLine {
	readonly command: string;
	readonly words: readonly string[];
	/** The whole environment; this process's when absent. */
	readonly env?: Readonly<Record<string, string | undefined>>;
}

/** One broker, ready to be started. */
export interface Prepared extends CommandLine {
	/** Where it will speak MQTT over TCP. */
	readonly port: number;
	/** Where it will speak MQTT over a WebSocket, if it can. */
	readonly webSocket?: string;
	/** What must run beside it. */
	readonly beside?: CommandLine & { readonly port: number };
	/** What it says once it can be used. */
	readonly ready: RegExp;
	/** Its version, in what it says or known beforehand. */
	readonly version: RegExp | string;
}

/** The one user that a broker knows. Who gives no name may come in, too. */
export interface Login {
	readonly username: string;
	readonly password: string;
}

/** How to run a broker on 127.0.0.1, with everything it keeps in `folder`. */
export interface Recipe {
	readonly needs: readonly Requirement[];
	readonly prepare: (folder: string, login: Login) => Promise<Prepared>;
}

/** Milliseconds that a broker may take to start: RabbitMQ takes ten seconds on a machine with little to do. */
const START_TIMEOUT = 60_000;

/** A broker in a process of its own, in a fresh folder; it can be frozen, killed, and started again. */
export class Broker {
	readonly login: Login;
	readonly #programs: Programs;
	readonly #prepared: Prepared;
	readonly #folder: string;
	#program: Program | undefined;

	private constructor(programs: Programs, prepared: Prepared, folder: string, login: Login) {
		this.login = login;
		this.#programs = programs;
		this.#prepared = prepared;
		this.#folder = folder;
	}

	/** @throws Error with what the broker said, when it is not ready in time */
	static async start({ prepare }: Recipe): Promise<Broker> {
		const folder = mkdtempSync(join(tmpdir(), "broker-"));
		const login = { username: "lamp", password: randomBytes(12).toString("hex") };
		const prepared = await prepare(folder, login);
		const broker = new Broker(new Programs(), prepared, folder, login);
		try {
			if (prepared.beside !== undefined) {
				broker.#programs.add(run(prepared.beside));
				await accepts(prepared.beside.port);
			}
			await broker.up();
		} catch (error) {
			await broker.end();
			throw error;
		}
		return broker;
	}

	get port(): number {
		return this.#prepared.port;
	}

	get url(): string {
		return `mqtt://127.0.0.1:${this.port}`;
	}

	/** The URL of its WebSocket; without one, where one might be hoped for. */
	get webSocket(): string {
		return this.#prepared.webSocket ?? `ws://127.0.0.1:${this.port}/mqtt`;
	}

	/** The version of what runs. */
	get version(): string {
		const { version } = this.#prepared;
		return typeof version === "string" ? version : (version.exec(this.#said)?.[1] ?? "unknown");
	}

	/** Starts it, again after `kill` with all that it has kept. */
	async up(): Promise<void> {
		const program = this.#programs.add(run(this.#prepared));
		this.#program = program;
		await program.until("the broker", () => this.#prepared.ready.test(this.#said), START_TIMEOUT);
		await accepts(this.port);
	}

	/** Lets it do nothing more; its connections stay open. Only `kill` follows. */
	freeze(): void {
		this.#program?.child.kill("SIGSTOP");
	}

	/** Ends it as a power cut does. */
	async kill(): Promise<void> {
		await this.#program?.end("SIGKILL");
	}

	/** Ends it for good, with what it runs beside, and removes all that it has kept. */
	async end(): Promise<void> {
		await this.#programs.endAll();
		rmSync(this.#folder, { recursive: true, force: true });
	}

	get #said(): string {
		const { lines = [], errors = "" } = this.#program ?? {};
		return `${lines.join("\n")}\n${errors}`;
	}
}

const run = ({ command, words, env }: CommandLine): Program =>
	new Program(command, words, env === undefined ? {} : { env });
