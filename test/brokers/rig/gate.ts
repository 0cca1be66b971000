import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A way to a port of 127.0.0.1 that can be shut, which cuts who is on it, and opened again. */
export class Gate {
	readonly #server: Server;
	readonly #sockets = new Set<Socket>();
	#isOpen = true;
	/** Connections that came through so far. */
	passed = 0;

	private constructor(to: number) {
		this.#server = createServer((near) => {
			if (!this.#isOpen) return void near.destroy();
			this.passed++;
			const far = connect(to, "127.0.0.1");
			this.#join(near, far);
			this.#join(far, near);
		});
	}

	static to(port: number): Promise<Gate> {
		const gate = new Gate(port);
		return new Promise((resolve) => gate.#server.listen(0, "127.0.0.1", () => resolve(gate)));
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	open(): void {
		this.#isOpen = true;
	}

	shut(): void {
		this.#isOpen = false;
		for (const socket of this.#sockets) socket.destroy();
	}

	close(): void {
		this.shut();
		this.#server.close();
	}

	#join(from: Socket, to: Socket): void {
		this.#sockets.add(from);
		from.on("error", () => {});
		from.once("close", () => {
			this.#sockets.delete(from);
			to.destroy();
		});
		from.setNoDelay(true).pipe(to);
	}
}
