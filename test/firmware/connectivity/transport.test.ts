import { describe, expect, it } from "vitest";
import type { SocketOptions } from "../../../firmware/connectivity/socket.js";
import { Transport } from "../../../firmware/connectivity/transport.js";
import type { TCPOptions } from "../../../firmware/ecma-419.js";
import { VirtualClock } from "../../support/virtual/clock.js";
import { VirtualNetwork } from "../../support/virtual/network.js";
import type { Peer } from "../../support/virtual/socket.js";

/** A transport over a virtual network, and a program that notes what it hears and flushes when it may. */
class Link {
	readonly clock = new VirtualClock();
	readonly network = new VirtualNetwork(this.clock);
	readonly heard: string[] = [];
	/** What flushing gave, each time that there was room. */
	readonly flushed: boolean[] = [];
	/** What arrived at the far end. */
	readonly sent: number[] = [];
	peer: Peer | undefined;
	socket: SocketOptions = { io: this.network.TCP };

	constructor(change: (network: VirtualNetwork) => void = () => {}) {
		change(this.network);
		this.network.onConnection = (peer) => {
			this.peer = peer;
			peer.onData = (bytes) => this.sent.push(...bytes);
		};
	}

	open(readSize = 1024): Transport {
		const options = { socket: this.socket, address: "192.0.2.1", port: 1883, readSize };
		const transport = new Transport(options, {
			onProgress: (progress) => this.heard.push(progress),
			onReady: () => {
				this.heard.push("ready");
				this.flushed.push(transport.flush());
			},
			onLost: (code, reason) => this.heard.push(`lost: ${code}, ${reason}`),
		});
		expect(this.heard).toEqual([]);
		this.clock.advance(5);
		return transport;
	}
}

const bytesOf = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, index) => index & 0xff);

it("tells that it is open, once, and connects where it is told", () => {
	const link = new Link();
	link.open();
	link.clock.advance(100);
	expect(link.heard).toEqual(["opened"]);
	expect(link.network.attempts).toEqual(["192.0.2.1:1883"]);
});

it("tells that TLS has begun, before it is open", () => {
	const link = new Link();
	link.socket = { io: link.network.TCP, tls: { host: "broker.test" } } as SocketOptions;
	link.open();
	link.clock.advance(100);
	expect(link.heard).toEqual(["connected", "opened"]);
});

it("asks for packets to leave without delay", () => {
	const link = new Link();
	const wishes: (boolean | undefined)[] = [];
	const { TCP } = link.network;
	class Socket extends TCP {
		constructor(options: TCPOptions) {
			super(options);
			wishes.push(options.noDelay);
		}
	}
	const ignore = () => {};
	const callbacks = { onProgress: ignore, onReady: ignore, onLost: ignore };
	new Transport({ socket: { io: Socket }, address: "192.0.2.1", port: 1883, readSize: 10 }, callbacks);
	expect(wishes).toEqual([true]);
});

it("goes on while the socket says that there is room, without being told of it again", () => {
	const sizes: number[] = [];
	const link = new Link((network) => {
		network.writable = 100;
	});
	class Roomy extends link.network.TCP {
		override write(data: Uint8Array): number {
			sizes.push(data.length);
			// Whatever it takes leaves at once; only a short piece fills it.
			return data.length === 100 ? 60 : data.length === 60 ? 50 : 0;
		}
	}
	link.socket = { io: Roomy };
	const transport = link.open();
	transport.send(bytesOf(230));
	expect(sizes).toEqual([100, 60, 50]);
	expect(transport.unsent).toBe(20);
});

describe.each([
	{ tellsRoom: true, edition: "a socket that tells its room" },
	{ tellsRoom: false, edition: "a socket of the 2nd edition, that does not" },
])("over $edition", ({ tellsRoom }) => {
	it.each([1, 2, 3, 7, 99, 100, 101, 1460])("sends all, in order, with room for %i bytes", (writable) => {
		const link = new Link((network) => Object.assign(network, { tellsRoom, writable }));
		const transport = link.open();
		transport.send(bytesOf(100));
		expect(transport.flush()).toBe(writable >= 100);
		link.clock.advance(1000);
		expect(transport.flush()).toBe(true);
		expect(link.sent).toEqual([...bytesOf(100)]);
	});

	it("tells each time whether that was all", () => {
		const link = new Link((network) => Object.assign(network, { tellsRoom, writable: 40 }));
		link.open().send(bytesOf(100));
		link.clock.advance(5);
		expect(link.flushed.slice(0, 2)).toEqual([false, true]);
	});

	it("sends packets one after the other while there is room", () => {
		const link = new Link((network) => Object.assign(network, { tellsRoom, writable: 10 }));
		const transport = link.open();
		transport.send(bytesOf(6));
		expect(transport.flush()).toBe(true);
		transport.send(bytesOf(6));
		expect(transport.flush()).toBe(false);
		link.clock.advance(10);
		expect(transport.flush()).toBe(true);
		expect(link.sent).toEqual([...bytesOf(6), ...bytesOf(6)]);
	});
});

it("asks once for bytes that a socket has told of and does not have", () => {
	const link = new Link();
	let asked = 0;
	class Socket extends link.network.TCP {
		override read(): undefined {
			asked++;
		}
	}
	link.socket = { io: Socket };
	const transport = link.open();
	link.peer?.send(bytesOf(3));
	link.clock.advance(5);
	expect([transport.read(), transport.read()]).toEqual([undefined, undefined]);
	expect(asked).toBe(1);
});

it("has nothing to flush at first, and writes nothing before it is open", () => {
	const link = new Link((network) => {
		network.attempt = "hang";
	});
	const transport = link.open();
	expect(transport.flush()).toBe(true);
	transport.send(bytesOf(3));
	expect(transport.flush()).toBe(false);
	expect(link.heard).toEqual([]);
});

it.each([1, 3, 10, 1024])("reads what arrived in pieces of at most %i bytes", (readSize) => {
	const link = new Link();
	const transport = link.open(readSize);
	expect(transport.read()).toBeUndefined();
	link.peer?.send(bytesOf(10));
	link.clock.advance(5);
	expect(link.heard).toEqual(["opened", "ready"]);
	const pieces: Uint8Array[] = [];
	for (let piece = transport.read(); piece !== undefined; piece = transport.read()) pieces.push(piece);
	expect(Buffer.concat(pieces)).toEqual(Buffer.from(bytesOf(10)));
	expect(Math.max(...pieces.map(({ length }) => length))).toBe(Math.min(readSize, 10));
});

it("leaves unread what is not asked for, and reads it with what comes later", () => {
	const link = new Link();
	const transport = link.open();
	link.peer?.send(bytesOf(4));
	link.clock.advance(5);
	link.peer?.send(bytesOf(2));
	link.clock.advance(5);
	expect(transport.read()).toEqual(Uint8Array.of(0, 1, 2, 3, 0, 1));
	expect(transport.read()).toBeUndefined();
});

/** A link whose sockets note how many bytes they are asked for. */
function newCountingLink(read?: () => undefined) {
	const link = new Link();
	const asked: (number | undefined)[] = [];
	class Socket extends link.network.TCP {
		override read(byteLength?: number): ArrayBuffer | undefined {
			asked.push(byteLength);
			return read === undefined ? super.read(byteLength) : read();
		}
	}
	link.socket = { io: Socket };
	return { link, asked };
}

it("asks the socket for nothing when there is nothing", () => {
	const { link, asked } = newCountingLink();
	const transport = link.open();
	expect(transport.read()).toBeUndefined();
	link.peer?.send(bytesOf(3));
	link.clock.advance(5);
	transport.read();
	transport.read();
	expect(asked).toEqual([3]);
});

it("asks a socket that has nothing after all once", () => {
	const { link, asked } = newCountingLink(() => undefined);
	const transport = link.open();
	link.peer?.send(bytesOf(3));
	link.clock.advance(5);
	expect([transport.read(), transport.read()]).toEqual([undefined, undefined]);
	expect(asked).toEqual([3]);
});

describe("tells that it is lost", () => {
	it.each([
		{
			name: "when the far end closes",
			act: (link: Link) => link.peer?.end(),
			reason: "closed-by-broker, connection closed",
		},
		{
			name: "when it is reset",
			act: (link: Link) => link.peer?.reset(),
			reason: "connection-lost, connection reset",
		},
	])("$name", ({ act, reason }) => {
		const link = new Link();
		link.open();
		act(link);
		link.clock.advance(5);
		expect(link.heard).toEqual(["opened", `lost: ${reason}`]);
	});

	it("when it is refused", () => {
		const link = new Link((network) => {
			network.attempt = "refuse";
		});
		link.open();
		expect(link.heard).toEqual(["lost: connection-refused, connection refused"]);
	});

	it("when the socket does not say why", () => {
		const link = new Link((network) => Object.assign(network, { tellsWhy: false, attempt: "refuse" }));
		link.open();
		expect(link.heard).toEqual(["lost: connection-lost, connection lost"]);
	});

	it("when the socket refuses to write, as lwIP's does between the end and telling of it", () => {
		const link = new Link();
		const transport = link.open();
		link.peer?.end(bytesOf(3));
		link.clock.advance(1);
		link.heard.length = 0;
		transport.send(bytesOf(3));
		expect(link.heard).toEqual(["lost: connection-lost, not connected"]);
		expect(transport.flush()).toBe(false);
	});
});

it("throws what the socket class throws", () => {
	const link = new Link((network) => {
		network.attempt = "throw";
	});
	expect(() => link.open()).toThrow("no socket left");
});

it("hears nothing any more once it is closed, which may be said twice", () => {
	const link = new Link();
	const transport = link.open();
	link.peer?.send(bytesOf(3));
	transport.close();
	transport.close();
	link.clock.advance(100);
	expect(link.heard).toEqual(["opened"]);
	expect(link.network.sockets).toBe(0);
});

it("sends what was written before it is closed", () => {
	const link = new Link();
	const transport = link.open();
	transport.send(bytesOf(3));
	transport.close();
	link.clock.advance(100);
	expect(link.sent).toEqual([0, 1, 2]);
});
