import { setTimeout as sleep } from "node:timers/promises";
import { type Broker, startBroker } from "../../../host-sim/broker/broker.js";
import { type Server, startServer } from "../../../server/server.js";
import { MemoryStore } from "../../../server/store/memory.js";

/** Milliseconds that anything may take on a busy machine. */
const PATIENCE = 30_000;

/** Waits until something is so, or there is no use in it. @throws Error when it takes too long */
export async function until(
	what: string,
	isSo: () => boolean,
	{ isOver, patience = PATIENCE }: { isOver?: () => boolean; patience?: number | undefined } = {},
): Promise<void> {
	const end = performance.now() + patience;
	while (!isSo() && isOver?.() !== true) {
		if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
		await sleep(10);
	}
}

/** A broker that can be away, and a server that keeps what it stores. */
export class Stage {
	readonly broker: Broker;
	readonly #server: Server;
	/** The numbers of the readings that the server has stored, in this order; NaN for what is no number. */
	readonly arrived: number[];

	private constructor(broker: Broker, server: Server, arrived: number[]) {
		this.broker = broker;
		this.#server = server;
		this.arrived = arrived;
	}

	/** Starts both; the server is subscribed. */
	static async open(): Promise<Stage> {
		const broker = await startBroker({ port: 0, onEvent: () => {} });
		const arrived: number[] = [];
		const keep = ({ payload }: { payload: string }) => void arrived.push(numberIn(payload));
		let isOnline = false;
		const server = startServer({
			...{ brokerUrl: broker.url, id: "+", backoff: () => 30, store: new MemoryStore({ keep }) },
			onEvent: (event) => {
				if (event.event === "link") isOnline = event.state === "online";
			},
		});
		await until("the server is online", () => isOnline);
		return new Stage(broker, server, arrived);
	}

	async close(): Promise<void> {
		await this.#server.stop();
		await this.broker.stop();
	}
}

function numberIn(payload: string): number {
	const { light } = JSON.parse(payload) as { light?: unknown };
	return typeof light === "number" ? light : Number.NaN;
}
