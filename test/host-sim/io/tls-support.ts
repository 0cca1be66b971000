import type { AddressInfo, Socket } from "node:net";
import { createServer, type TLSSocket as NodeTLSSocket, type TlsOptions } from "node:tls";
import { onTestFinished } from "vitest";
import { TLS, type TLSOptions } from "../../../host-sim/io/tls.js";

/** A TLS server on a free port that ends with the running test. */
export async function serveTLS(
	options: TlsOptions,
	onConnection: (socket: NodeTLSSocket) => void = () => {},
): Promise<number> {
	const sockets = new Set<Socket>();
	const server = createServer(options, (socket) => {
		socket.on("error", () => {});
		onConnection(socket);
	});
	server.on("connection", (socket: Socket) => {
		sockets.add(socket);
		socket.on("error", () => {});
	});
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return (server.address() as AddressInfo).port;
}

/** Connects to a port of 127.0.0.1, and notes what it hears. */
export function connectTLS(port: number, tls: TLSOptions["tls"]) {
	const heard: string[] = [];
	const socket = new TLS({
		address: "127.0.0.1",
		port,
		tls,
		onSecuring: () => heard.push("securing"),
		onWritable: (count) => heard.push(`writable ${count > 0}`),
		onReadable: (count) => heard.push(`readable ${count}`),
		onError: (error) => heard.push(`error: ${error?.message}`),
	});
	onTestFinished(() => socket.close());
	return { socket, heard };
}
