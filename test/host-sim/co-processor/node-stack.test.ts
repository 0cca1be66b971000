import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CoProcessor } from "../../../host-sim/co-processor/chip.js";
import { nodeStack } from "../../../host-sim/co-processor/stack-node.js";
import { timer } from "../../../host-sim/io/timer.js";
import { freePort } from "../../support/free-port.js";
import { binary, framed, HOME, hexOf, i32, sockaddr, u8 } from "./support.js";

/** A host of the chip in real time: one call after the other. */
class RealHost {
	readonly chip = new CoProcessor({
		timer,
		now: () => performance.now(),
		random: Math.random,
		stack: nodeStack,
		accessPoints: [HOME],
		bootTime: 1,
		times: { join: 5, dhcp: 5 },
	});
	#stream = Buffer.alloc(0);
	#sequence = 0;
	#replied: ((values: Buffer) => void) | undefined;

	constructor() {
		this.chip.onSend = (bytes) => {
			this.#stream = Buffer.concat([this.#stream, bytes]);
			while (this.#stream.length >= 4 && this.#stream.length >= 4 + this.#stream.readUInt16LE()) {
				const payload = this.#stream.subarray(4, 4 + this.#stream.readUInt16LE());
				this.#stream = this.#stream.subarray(4 + payload.length);
				if (payload[0] === 2) this.#replied?.(payload.subarray(8));
			}
		};
		this.chip.setPower(1);
	}

	call(service: number, request: number, ...values: Buffer[]): Promise<Buffer> {
		const header = Buffer.concat([Buffer.of(0, request, service, 1), i32(++this.#sequence)]);
		return new Promise((resolve) => {
			this.#replied = resolve;
			this.chip.receive(framed(Buffer.concat([header, ...values])), this.chip.baud);
		});
	}

	async result(service: number, request: number, ...values: Buffer[]): Promise<number> {
		return (await this.call(service, request, ...values)).readInt32LE();
	}

	async join(): Promise<void> {
		while (!this.chip.isListening) await new Promise((resolve) => setTimeout(resolve, 1));
		await this.call(14, 27, i32(1));
		await this.call(14, 1, binary("home"), u8(0), binary("password"), i32(0x00400004), i32(-1), i32(0));
		expect(await this.result(15, 13, i32(0))).toBe(0);
	}

	/** Opens a TCP socket and connects it, waiting. */
	async connect(port: number): Promise<number> {
		expect(await this.result(16, 18, i32(2), i32(1), i32(6))).toBe(0);
		return this.result(16, 9, i32(0), binary(sockaddr("127.0.0.1", port)), i32(16));
	}

	/** Receives, waiting: the result, and the bytes. */
	async receive(length: number): Promise<[number, string]> {
		const values = await this.call(16, 12, i32(0), i32(length), i32(0), i32(0));
		return [values.readInt32LE(values.length - 4), hexOf(values.subarray(4, -4))];
	}
}

describe("the chip over real sockets", () => {
	let server: Server;
	let host: RealHost;
	const accepted: Socket[] = [];

	beforeEach(async () => {
		server = createServer({ allowHalfOpen: true }, (socket) => {
			socket.on("error", () => {});
			accepted.push(socket);
		});
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		host = new RealHost();
		await host.join();
	});

	afterEach(async () => {
		host.chip.setPower(0);
		for (const socket of accepted.splice(0)) socket.destroy();
		server.close();
		await once(server, "close");
	});

	const port = (): number => (server.address() as AddressInfo).port;

	/** Connects the chip; the server's end. */
	async function connected(): Promise<Socket> {
		const connection = once(server, "connection");
		expect(await host.connect(port())).toBe(0);
		const [socket] = await connection;
		return socket;
	}

	it("exchanges bytes with a server, whole and in order", async () => {
		const socket = await connected();
		socket.pipe(socket);
		const sent = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7) & 0xff));
		let returned = "";
		for (let at = 0; at < sent.length; at += 4000) {
			let piece = sent.subarray(at, at + 4000);
			while (piece.length > 0) {
				const taken = await host.result(16, 15, i32(0), binary(piece), i32(0));
				expect(taken).toBeGreaterThan(0);
				piece = piece.subarray(taken);
			}
			while (returned.length < 2 * Math.min(sent.length, at + 4000))
				returned += (await host.receive(1436))[1];
		}
		expect(returned).toBe(hexOf(sent));
	});

	it("reads the server's end as 0, and can still send", async () => {
		const socket = await connected();
		socket.end("bye");
		expect(await host.receive(100)).toEqual([3, hexOf(Buffer.from("bye"))]);
		expect((await host.receive(100))[0]).toBe(0);
		const data = once(socket, "data");
		expect(await host.result(16, 15, i32(0), binary("ok"), i32(0))).toBe(2);
		expect(String((await data)[0])).toBe("ok");
	});

	it("sees a reset as ECONNRESET", async () => {
		const socket = await connected();
		socket.resetAndDestroy();
		expect((await host.receive(100))[0]).toBe(-1);
		expect(await host.result(16, 24)).toBe(104);
	});

	it("sees a refusal as lwIP does: ECONNRESET", async () => {
		const free = await freePort();
		expect(await host.connect(free)).toBe(-1);
		expect(await host.result(16, 24)).toBe(104);
	});

	it("ends the connection with close, after all that was sent", async () => {
		const socket = await connected();
		const heard: Buffer[] = [];
		socket.on("data", (bytes) => heard.push(bytes));
		const ended = once(socket, "end");
		await host.result(16, 15, i32(0), binary("last words"), i32(0));
		expect(await host.result(16, 8, i32(0))).toBe(0);
		await ended;
		expect(Buffer.concat(heard).toString()).toBe("last words");
	});

	it("ends the connection without power", async () => {
		const socket = await connected();
		const closed = once(socket.resume(), "end");
		host.chip.setPower(0);
		await closed;
	});

	it("does not fill its memory when nobody reads: the server has to wait", async () => {
		const socket = await connected();
		socket.write(Buffer.alloc(32 << 20));
		let [before, left] = [-1, socket.writableLength];
		while (left !== before) {
			await new Promise((resolve) => setTimeout(resolve, 200));
			[before, left] = [left, socket.writableLength];
		}
		expect(left).toBeGreaterThan(0);
		for (let count = 0; count < 20; count++) expect((await host.receive(4000))[0]).toBeGreaterThan(0);
	});

	it("exchanges datagrams", async () => {
		const echo = createSocket("udp4");
		echo.on("message", (bytes, from) => echo.send(`re: ${bytes}`, from.port, from.address));
		echo.bind(0, "127.0.0.1");
		await once(echo, "listening");
		const to = sockaddr("127.0.0.1", echo.address().port);
		expect(await host.result(16, 18, i32(2), i32(2), i32(17))).toBe(0);
		expect(await host.result(16, 17, i32(0), binary("hi"), i32(0), binary(to), i32(16))).toBe(2);
		const values = await host.call(16, 14, i32(0), i32(100), i32(0), i32(16), i32(0));
		expect(hexOf(values)).toBe(hexOf(Buffer.concat([binary("re: hi"), binary(to), i32(16), i32(6)])));
		echo.close();
	});

	it("looks names up, IPv4 only", async () => {
		expect(hexOf(await host.call(16, 25, binary("localhost")))).toBe("040000007f00000100");
		expect((await host.call(16, 25, binary("no such name")))[8]).toBe(0xfa);
	});
});
