import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import { provision, recordsIn } from "../../../host-sim/access/provision.js";
import { NO_RECORDS } from "../../../host-sim/access/records.js";
import { PrivateFolder } from "../../../host-sim/certificates/private-folder.js";
import { freePort } from "../../support/free-port.js";
import { accepts } from "../../support/mosquitto.js";
import { Nightlight } from "../../support/nightlight.js";
import { Program, type Programs } from "../../support/processes.js";
import { mosquittoPath } from "../../support/requires.js";

export type Kind = "Mosquitto" | "the embedded broker";

/** A folder as `nightlight provision` makes it, for a broker on a free port. */
export class Access {
	readonly path: string;
	readonly port: number;
	readonly #folder: PrivateFolder;

	private constructor(port: number) {
		this.path = mkdtempSync(join(tmpdir(), "access-"));
		this.port = port;
		this.#folder = new PrivateFolder(this.path);
	}

	/** @param devices the groups of each */
	static async make(devices: Readonly<Record<string, readonly string[]>>): Promise<Access> {
		const access = new Access(await freePort());
		await access.change(devices);
		return access;
	}

	async change(
		devices: Readonly<Record<string, readonly string[]>>,
		{
			revoked = [],
			operators = [],
			days = 365,
		}: { revoked?: readonly string[]; operators?: readonly string[]; days?: number } = {},
	) {
		const records = { ...(recordsIn(this.#folder) ?? NO_RECORDS), port: this.port };
		return provision(this.#folder, {
			records,
			devices: new Map(Object.entries(devices)),
			operators,
			revoked,
			days,
		});
	}

	pathOf(name: string): string {
		return join(this.path, name);
	}

	read(name: string): string {
		return readFileSync(this.pathOf(name), "utf8");
	}

	/** A certificate of the folder and its key. */
	pair(name: string): { cert: string; key: string } {
		return { cert: this.read(`${name}.pem`), key: this.read(`${name}.key`) };
	}

	/** Starts a broker on it. */
	async start(kind: Kind, programs: Programs): Promise<RunningBroker> {
		if (kind === "Mosquitto") {
			const words = ["-c", this.pathOf("mosquitto.conf"), "-v"];
			const program = programs.add(new Program(mosquittoPath as string, words));
			await program.until("Mosquitto to run", () => / running/.test(program.errors));
			await accepts(this.port);
			return {
				kind,
				program,
				said: () => program.errors,
				renew: () => this.#renew(program, /Reloading config/),
			};
		}
		const program = programs.add(new Nightlight(["broker", "--access", this.path, "--json"]));
		await program.heard({ event: "listening" });
		return {
			kind,
			program,
			said: () => program.lines.join("\n"),
			renew: () => this.#renew(program, /"access"/),
		};
	}

	async #renew(program: Program, done: RegExp): Promise<void> {
		const said = () => `${program.errors}\n${program.lines.join("\n")}`;
		const before = said().split(done).length;
		program.child.kill("SIGHUP");
		await program.until("a reload", () => said().split(done).length > before);
	}

	/** A client with a certificate of the folder, or with another one; what CONNECT says is lies unless it is given. */
	client(
		name: string,
		{
			pair,
			url = `mqtts://127.0.0.1:${this.port}`,
			...options
		}: IClientOptions & { pair?: { cert: string; key: string }; url?: string } = {},
	) {
		return connect(url, {
			...{ clientId: "somebody", username: "server", password: "guess" },
			...{ reconnectPeriod: 0, connectTimeout: 5000 },
			...{ ca: this.read("ca.pem"), ...(pair ?? this.pair(name)) },
			...options,
		});
	}
}

export interface RunningBroker {
	readonly kind: Kind;
	readonly program: Program;
	/** All that it has said. */
	said(): string;
	/** Has it read its files again. */
	renew(): Promise<void>;
}

/** Resolves when a client is let in. @throws Error (rejects) when it is not */
export const letIn = (client: MqttClient): Promise<MqttClient> =>
	new Promise((resolve, reject) => {
		client.once("connect", () => resolve(client));
		client.once("error", reject);
		client.once("close", () => reject(new Error("closed")));
	});
