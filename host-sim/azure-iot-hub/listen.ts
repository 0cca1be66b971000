import type { Server, Socket } from "node:net";

/** A port that a hub listens on. */
export interface WantedPort {
	/** 0-65535, 0 for any free one. */
	readonly port: number;
	/** The option that chooses it. */
	readonly option: string;
	/** Whether any free port will do if this one cannot be had. */
	readonly isFlexible: boolean;
}

/** A hub cannot listen where it should; the message is one line, for people. */
export class HubListenError extends Error {
	override readonly name = "HubListenError";
}

/**
 * Makes a server listen.
 * @returns the port
 * @throws HubListenError (rejects) if it cannot, with what to do
 */
export async function listenOn(server: Server, host: string, wanted: WantedPort): Promise<number> {
	let error = await tryToListen(server, host, wanted.port);
	if (error !== undefined && wanted.isFlexible) error = await tryToListen(server, host, 0);
	if (error !== undefined) throw new HubListenError(explain(error, host, wanted));
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error("a server without a port");
	return address.port;
}

const tryToListen = (server: Server, host: string, port: number) =>
	new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
		const settle = (error?: NodeJS.ErrnoException) => {
			server.off("error", settle).off("listening", settle);
			resolve(error);
		};
		server.once("error", settle).once("listening", settle);
		server.listen({ host, port });
	});

function explain(error: NodeJS.ErrnoException, host: string, { port, option }: WantedPort): string {
	switch (error.code) {
		case "EADDRINUSE":
			return `port ${port} on ${host} is taken; choose another with ${option}, or ${option} 0 for a free one`;
		case "EACCES":
			return `port ${port} on ${host} is not allowed for this user; choose one above 1023 with ${option}`;
		case "EADDRNOTAVAIL":
		case "ENOTFOUND":
		case "EAI_AGAIN":
			return `${host} is not an address of this machine; choose another with --host, for example 127.0.0.1`;
		default:
			return `cannot listen on port ${port} on ${host}: ${error.message}`;
	}
}

/** Closes servers with all their sockets. */
export class Sockets {
	readonly #servers: Server[] = [];
	readonly #sockets = new Set<Socket>();

	/** Has a server closed with the others. */
	add(server: Server): void {
		this.#servers.push(server);
		server.on("connection", (socket: Socket) => {
			this.#sockets.add(socket);
			socket.once("close", () => this.#sockets.delete(socket));
		});
		// EMFILE and the like, when accepting: the client sees it, the hub lives on.
		server.on("error", () => {});
	}

	async close(): Promise<void> {
		const closed = this.#servers
			.filter((server) => server.listening)
			.map((server) => new Promise((resolve) => server.close(resolve)));
		for (const socket of this.#sockets) socket.destroy();
		await Promise.all(closed);
	}
}
