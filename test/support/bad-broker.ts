import { createServer, type Server, type Socket } from "node:net";

/** A server on a free port that does `behave` to whoever connects. */
export class BadBroker {
	readonly #server: Server;

	private constructor(server: Server) {
		this.#server = server;
	}

	static start(behave: (socket: Socket) => void): Promise<BadBroker> {
		const server = createServer((socket) => {
			socket.on("error", () => {});
			behave(socket);
		});
		return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(new BadBroker(server))));
	}

	get url(): string {
		return `mqtt://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
	}

	close(): void {
		this.#server.close();
	}
}

/** Sends `bytes`, one each `pause` milliseconds, for as long as the connection lasts. */
const trickle = (bytes: readonly number[], pause: number) => (socket: Socket) => {
	let at = 0;
	const timer = setInterval(() => socket.write(Uint8Array.of(bytes[at++ % bytes.length] as number)), pause);
	socket.on("close", () => clearInterval(timer));
	socket.resume();
};

/** What is wrong with a broker, what it does, and what a device with `QUICK` says of it. */
export const BAD_BROKERS: readonly [string, (socket: Socket) => void, RegExp][] = [
	["closes at once", (socket) => socket.destroy(), /closed the connection|connection reset/],
	[
		"sends garbage",
		(socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
		/this port seems to speak HTTP/,
	],
	["stays silent", (socket) => void socket.resume(), /no CONNACK within 300 ms/],
	["sends a byte now and then", trickle([0x20, 0x02], 120), /no CONNACK within 300 ms/],
	["refuses", (socket) => socket.end(Uint8Array.of(0x20, 2, 0, 3)), /broker unavailable \(CONNACK 3\)/],
];

/** A configuration of little patience. */
export const QUICK = { mqtt: { responseTimeout: 300 }, reconnect: { initial: 50 } };
