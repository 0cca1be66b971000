import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.js";
import { Program, type Programs } from "./processes.js";
import { mosquittoPath } from "./requires.js";

/** A Mosquitto on a free port of 127.0.0.1, which can be killed and started again on the same port. */
export class Mosquitto {
	readonly port: number;
	/** The port of the other listener. */
	readonly otherPort: number;
	readonly #programs: Programs;
	readonly #config: string;
	#program: Program | undefined;
	#subscribers = 0;

	private constructor(programs: Programs, port: number, otherPort: number, config: string) {
		this.#programs = programs;
		this.port = port;
		this.otherPort = otherPort;
		this.#config = config;
	}

	/**
	 * @param login when given, the one user that may connect; otherwise anyone may
	 * @param other when given, what mosquitto.conf says of another listener, on a port of its own
	 * @param settings further lines of its configuration
	 */
	static async start(
		programs: Programs,
		login?: { user: string; password: string },
		other?: readonly string[],
		settings: readonly string[] = ["log_type all"],
	): Promise<Mosquitto> {
		for (let tries = 1; ; tries++) {
			try {
				return await Mosquitto.#startOnce(programs, login, other, settings);
			} catch (error) {
				// Another process may have taken a port that was free before.
				if (tries === 3) throw error;
			}
		}
	}

	static async #startOnce(
		programs: Programs,
		login: { user: string; password: string } | undefined,
		other: readonly string[] | undefined,
		settings: readonly string[],
	): Promise<Mosquitto> {
		const folder = mkdtempSync(join(tmpdir(), "mosquitto-"));
		const port = await freePort();
		const lines = [
			`listener ${port} 127.0.0.1`,
			`allow_anonymous ${login === undefined}`,
			"user root",
			...settings,
		];
		if (login !== undefined) {
			const file = join(folder, "passwords");
			writeFileSync(file, "", { mode: 0o600 });

			spawnSync("mosquitto_passwd", ["-b", file, login.user, login.password]);
			lines.push(`password_file ${file}`);
		}
		const otherPort = other === undefined ? 0 : await freePort();
		if (other !== undefined) lines.push(`listener ${otherPort} 127.0.0.1`, ...other);
		const config = join(folder, "mosquitto.conf");
		writeFileSync(config, `${lines.join("\n")}\n`);
		const mosquitto = new Mosquitto(programs, port, otherPort, config);
		await mosquitto.up();
		return mosquitto;
	}

	get url(): string {
		return `mqtt://127.0.0.1:${this.port}`;
	}

	/** What it has logged since it was last started. */
	get log(): string {
		return this.#program?.errors ?? "";
	}

	async up(): Promise<void> {
		const program = this.#programs.add(new Program(mosquittoPath as string, ["-c", this.#config]));
		this.#program = program;
		await program.until("Mosquitto to listen", () => /running/.test(program.errors) && true);
		await accepts(this.port);
	}

	/**
	 * Subscribes with `mosquitto_sub`, whose lines then are what arrives: topic, QoS, retain flag, payload.
	 * Resolves when the broker has confirmed it.
	 */
	async subscribe(...topics: readonly string[]): Promise<Program> {
		const client = `sub-${++this.#subscribers}`;
		const filters = topics.flatMap((topic) => ["-t", topic]);
		const words = ["-p", `${this.port}`, "-i", client, "-F", "%t q%q r%r %p", ...filters];
		const sub = this.#programs.add(new Program("mosquitto_sub", words));
		await this.subscribed(client);
		return sub;
	}

	/** Waits until a client's subscription is confirmed: what is published before is not for it. */
	async subscribed(client: string): Promise<void> {
		await this.logs(`Sending SUBACK to ${client}`);
	}

	/** Waits until it has logged a text since it was last started. */
	async logs(text: string): Promise<void> {
		const broker = this.#program as Program;
		await broker.until(text, () => broker.errors.includes(text));
	}

	/** Publishes with `mosquitto_pub`. */
	async publish(topic: string, ...words: readonly string[]): Promise<void> {
		const pub = this.#programs.add(
			new Program("mosquitto_pub", ["-p", `${this.port}`, "-t", topic, ...words]),
		);
		const code = await pub.exited;
		if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}: ${pub.errors}`);
	}

	async kill(): Promise<void> {
		await this.end("SIGKILL");
	}

	/** Ends it with a signal: with SIGTERM it saves first what it has, if its settings say so. */
	async end(signal: NodeJS.Signals): Promise<void> {
		await this.#program?.end(signal);
	}
}

/** Waits until something accepts connections on the port. */
export async function accepts(port: number): Promise<void> {
	for (let tries = 0; tries < 100; tries++) {
		const open = await new Promise<boolean>((resolve) => {
			const socket = connect(port, "127.0.0.1", () => {
				socket.destroy();
				resolve(true);
			});
			socket.once("error", () => resolve(false));
		});
		if (open) return;
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`nothing listens on port ${port}`);
}
