import type { BrokerConnection, BrokerLink } from "../../../host-sim/simulation/broker/link.js";
import { Random } from "../../../host-sim/simulation/random.js";
import type { BrokerParts, WorldBroker } from "../../../host-sim/simulation/world-broker.js";
import { Connection } from "./connection.js";
import { aboveGranted } from "./exceptions.js";
import { Granted } from "./granted.js";
import { Outlet } from "./outlet.js";
import { OwnTimers } from "./own-timers.js";
import { Process } from "./process.js";

/**
 * Aedes, as the embedded broker has it, as a world's broker: in virtual time, over the world's links. It
 * owns the process's timers from its making until `end`, and works only while it is settled.
 */
export class AedesBroker implements WorldBroker {
	readonly #parts: BrokerParts;
	readonly #timers: OwnTimers;
	readonly #granted = new Granted();
	readonly #connections = new Set<Connection>();
	/** Processes so far. */
	#count = 0;
	#process: Process;

	/** @param seed what the packet ids follow from with which Aedes begins */
	constructor(parts: BrokerParts, seed: number) {
		this.#parts = parts;
		this.#timers = new OwnTimers(parts.clock, new Random(seed, "aedes"));
		this.#timers.install();
		this.#process = this.#start(undefined);
	}

	/** Whether it has been called since it last settled. */
	get isBusy(): boolean {
		return this.#timers.isBusy;
	}

	/** Resolves when it has nothing more to do at this time. @throws what it threw, or who heard of it */
	async settle(): Promise<void> {
		do {
			await this.#timers.settle();
			for (const connection of this.#connections) connection.settled();
		} while (this.isBusy);
	}

	/** Gives the process its timers back. */
	end(): void {
		this.#timers.restore();
	}

	accept(link: BrokerLink): BrokerConnection {
		const { clock, faults } = this.#parts;
		const outlet = new Outlet(clock, faults, link, (packet, client) => {
			if (this.#granted.isExceeded(client, packet)) this.#process.except(aboveGranted(client));
		});
		if (faults.accept?.() === "close") {
			clock.post(() => outlet.close(), 0);
			return { receive: () => {}, lost: () => outlet.lost() };
		}
		const connection = new Connection(this.#timers, outlet);
		this.#connections.add(connection);
		connection.stream.once("close", () => this.#connections.delete(connection));
		this.#process.handle(connection.stream);
		return connection;
	}

	/** The process has settled, so it has stored what it has acknowledged; it is called no more. */
	crash(keepState: boolean): void {
		this.#timers.clearAll();
		for (const connection of this.#connections) connection.crash();
		this.#connections.clear();
		this.#process.crash();
		this.#process = this.#start(keepState ? this.#process.persistence : undefined);
	}

	/** A process begins. @param persistence what the last one knew */
	#start(persistence: unknown): Process {
		const [parts, timers, granted] = [this.#parts, this.#timers, this.#granted];
		return new Process({ parts, timers, granted, persistence, id: `aedes-${++this.#count}` });
	}
}
