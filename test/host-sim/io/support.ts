import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { TCP, type TCPFormat } from "../../../host-sim/io/tcp.js";

/** A folder of the running test's own, removed after it. */
export const temporaryFolder = (): string => {
	const folder = mkdtempSync(join(tmpdir(), "io-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
};

export interface Peer {
	readonly address: string;
	readonly port: number;
	/** Connections so far. */
	readonly sockets: Socket[];
	/** All that has been received, of all connections. */
	received(): Buffer;
	/** Stops listening; connections stay. */
	stop(): Promise<void>;
}

/** A real server on a free port; ends with the running test. */
export const listen = async (
	onConnection: (socket: Socket) => void = () => {},
	{ reading = true, allowHalfOpen = false } = {},
): Promise<Peer> => {
	const sockets: Socket[] = [];
	const chunks: Buffer[] = [];
	const server: Server = createServer({ allowHalfOpen, pauseOnConnect: !reading }, (socket) => {
		sockets.push(socket);
		socket.on("error", () => {});
		if (reading) socket.on("data", (chunk) => chunks.push(chunk));
		onConnection(socket);
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const stop = () => new Promise<void>((done) => void server.close(() => done()));
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	return { address: "127.0.0.1", port, sockets, received: () => Buffer.concat(chunks), stop };
};

/** A connected socket, and what its callbacks have been given. */
export const connected = async (onConnection?: Parameters<typeof listen>[0]) => {
	const peer = await listen(onConnection);
	const readable: number[] = [];
	const writable: number[] = [];
	const errors: (Error | undefined)[] = [];
	const tcp = new TCP<TCPFormat>({
		address: peer.address,
		port: peer.port,
		format: "buffer",
		noDelay: true,
		onReadable: (count) => readable.push(count),
		onWritable: (count) => writable.push(count),
		onError: (error) => errors.push(error),
	});
	await until(() => writable.length > 0);
	return { peer, tcp, readable, writable, errors };
};

/** A port of 127.0.0.1 on which nobody listens. */
export const closedPort = async (): Promise<number> => {
	const peer = await listen();
	await peer.stop();
	return peer.port;
};

/** Waits until the condition holds. */
export const until = async (condition: () => boolean, milliseconds = 4000): Promise<void> => {
	const end = performance.now() + milliseconds;
	while (!condition()) {
		if (performance.now() > end) throw new Error(`not within ${milliseconds} ms: ${condition}`);
		await new Promise((done) => setTimeout(done, 1));
	}
};

/** Lets everything that is under way on this machine happen. */
export const settle = (milliseconds = 20): Promise<void> =>
	new Promise((done) => setTimeout(done, milliseconds));

/** Tells whether a callback came from inside a call that the program made. */
export const reentrancy = () => {
	let inside = "";
	const broken: string[] = [];
	return {
		/** Callbacks that came too early, as `callback in call`. */
		broken,
		call: <Result>(name: string, call: () => Result): Result => {
			inside = name;
			try {
				return call();
			} finally {
				inside = "";
			}
		},
		callback: (name: string): void => {
			if (inside !== "") broken.push(`${name} in ${inside}`);
		},
	};
};

/** Bytes that tell their place apart. */
export const pattern = (length: number): Uint8Array<ArrayBuffer> =>
	Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff);

export const bytes = (data: ArrayBuffer | undefined): number[] | undefined =>
	data && Array.from(new Uint8Array(data));
