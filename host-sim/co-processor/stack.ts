/** Why a connection failed, as TCP sees it. */
export type Failure = "refused" | "reset" | "unreachable" | "timed-out";

/** A connection's end that hears what becomes of it. Never called from within a call of the stack. */
export interface TcpEvents {
	/** It is open. */
	opened(): void;
	/** Bytes came; they are the receiver's own. */
	received(bytes: Uint8Array): void;
	/** So many of the bytes that were sent have left the buffer. */
	sent(count: number): void;
	/** The other side sends nothing more. */
	ended(): void;
	/** It is over; nothing follows. */
	failed(failure: Failure): void;
}

/** A TCP connection. Nothing is heard of it after `close` and `vanish`. */
export interface TcpConnection {
	/** Sends bytes, which must not be changed afterwards. Only once it is open. */
	send(bytes: Uint8Array): void;
	/** Takes nothing in until `resume`. What is already on its way may still be received. */
	pause(): void;
	resume(): void;
	/** Ends it; what was sent before still arrives. */
	close(): void;
	/** Ends it without a word, as without power, as far as the stack can. */
	vanish(): void;
}

/** A UDP socket. Nothing is heard of it after `close`. */
export interface UdpPort {
	/** @param address IPv4, four bytes in dotted decimal */
	send(bytes: Uint8Array, address: string, port: number): void;
	close(): void;
}

/** Hears datagrams; the bytes are its own. */
export type DatagramListener = (bytes: Uint8Array, address: string, port: number) => void;

/** The network below the chip's sockets: the host's own, or a simulated one. IPv4 only. */
export interface Stack {
	/** Begins to connect. @param address IPv4, in dotted decimal */
	connect(address: string, port: number, events: TcpEvents): TcpConnection;
	/** Opens a UDP socket on a port of the stack's choice. */
	openUdp(listener: DatagramListener): UdpPort;
	/** Finds a name's IPv4 address, in dotted decimal. Calls back once, later: `undefined` when there is none. */
	lookup(name: string, done: (address: string | undefined) => void): void;
}
