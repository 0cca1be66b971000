import { connect, createServer, type Server, type Socket } from "node:net";
import type { Cut } from "./schedule.js";

/** Milliseconds for which the broker's end of a half-open connection stays when the other one is gone. */
const LINGER = 10_000;

interface Link {
	readonly client: Socket;
	readonly broker: Socket;
}

/** A TCP proxy on 127.0.0.1 in front of a broker, which cuts connections. */
export class CuttingProxy {
	readonly #server: Server;
	readonly #target: number;
	/** In the order in which they began. */
	readonly #links = new Set<Link>();
	#sockets = new Set<Socket>();

	private constructor(target: number) {
		this.#target = target;
		this.#server = createServer((client) => this.#accept(client));
	}

	/** @param target the broker's port */
	static async start(target: number): Promise<CuttingProxy> {
		const proxy = new CuttingProxy(target);
		await new Promise<void>((resolve, reject) => {
			proxy.#server.once("error", reject).listen(0, "127.0.0.1", resolve);
		});
		return proxy;
	}

	get port(): number {
		return (this.#server.address() as { port: number }).port;
	}

	/** Cuts one of the connections. @param choice which: 0 is the oldest, towards 1 the newest. Returns whether there was one. */
	cut(cut: Cut, choice: number): boolean {
		const link = [...this.#links][Math.floor(choice * this.#links.size)];
		if (link === undefined) return false;
		this.#links.delete(link);
		const { client, broker } = link;
		for (const end of [client, broker]) {
			if (cut === "rst") end.resetAndDestroy();
			else if (cut === "fin") end.end();
		}
		if (cut === "half-open") leaveOpen(client, broker);
		return true;
	}

	/** Ends it with all connections. */
	close(): void {
		this.#server.close();
		for (const socket of this.#sockets) socket.destroy();
	}

	#accept(client: Socket): void {
		const broker = connect(this.#target, "127.0.0.1");
		const link = { client, broker };
		this.#links.add(link);
		for (const end of [client, broker]) {
			this.#sockets.add(end);
			end.setNoDelay(true);
			// What is wrong shows in `close`.
			end.on("error", () => {});
			end.on("close", () => {
				this.#sockets.delete(end);
				if (!this.#links.delete(link)) return;
				client.destroy();
				broker.destroy();
			});
		}
		client.pipe(broker);
		broker.pipe(client);
	}
}

/** What either end still sends goes nowhere, and neither hears that the other has gone. */
function leaveOpen(client: Socket, broker: Socket): void {
	for (const end of [client, broker]) {
		end.unpipe();
		end.resume();
	}
	client.once("close", () => {
		setTimeout(() => broker.destroy(), LINGER).unref();
	});
}
