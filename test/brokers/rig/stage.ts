import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectOptions } from "../../../firmware/mqtt/packet.js";
import { Nightlight } from "../../support/nightlight.js";
import { Programs } from "../../support/processes.js";
import type { Settings } from "../../support/virtual/config.js";
import type { Broker } from "./broker.js";
import { Client } from "./client.js";
import { Device } from "./device.js";
import { Gate } from "./gate.js";
import { Observer } from "./observer.js";

/** What one scenario plays with: a broker, a name that nobody else uses, and players that leave at the end. */
export class Stage {
	readonly broker: Broker;
	/** A device's id, the beginning of all topics. */
	readonly id: string;
	readonly #programs = new Programs();
	readonly #leave: (() => unknown)[] = [];
	#players = 0;

	constructor(broker: Broker, id: string) {
		this.broker = broker;
		this.id = id;
	}

	/** A topic of this scenario's. */
	topic(name: string): string {
		return `${this.id}/${name}`;
	}

	/** MQTT.js, connected and subscribed to some topics of this scenario with QoS 1. */
	async observer(...names: readonly string[]): Promise<Observer> {
		const observer = await Observer.connect(this.broker.url, this.#name("observer"));
		this.#leave.push(() => observer.end());
		for (const name of names) await observer.subscribe(this.topic(name));
		return observer;
	}

	/** The firmware's session, not connected yet. */
	client(connect: Partial<ConnectOptions> = {}): Client {
		const client = new Client(this.broker.port, { clientId: this.#name("client"), ...connect });
		this.#leave.push(() => client.cut());
		return client;
	}

	/** The firmware's connection, which connects by itself. */
	device(settings?: Settings, port = this.broker.port): Device {
		const device = new Device(port, this.id, settings);
		this.#leave.push(() => device.stop());
		return device;
	}

	/** A way to the broker that can be shut. */
	async gate(): Promise<Gate> {
		const gate = await Gate.to(this.broker.port);
		this.#leave.push(() => gate.close());
		return gate;
	}

	/** The command line, in a process. */
	nightlight(command: string, url: string, ...words: readonly string[]): Nightlight {
		const cwd = mkdtempSync(join(tmpdir(), "nightlight-"));
		const common = ["--broker", url, "--id", this.id, "--json"];
		return this.#programs.add(new Nightlight([command, ...common, ...words], { cwd }));
	}

	/** Everybody leaves. */
	async end(): Promise<void> {
		await this.#programs.endAll();
		for (const leave of this.#leave.reverse()) await leave();
	}

	#name(role: string): string {
		return `${this.id}-${role}-${++this.#players}`;
	}
}
