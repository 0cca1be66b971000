import type {
	ByteBuffer,
	HostProvider,
	IOError,
	ResolverOptions,
	TCPOptions,
	TCP as TCPSocket,
	TLSSocketOptions,
	WebSocketOptions,
} from "../../ecma-419.js";
import type { LinkCode } from "../../events.js";
import type { Host } from "../../host.js";
import { ioError } from "../../io-error.js";
import { type BareHost, bytesOf, forget, hardware, open, type Target } from "./provider.js";
import { NativeEvent } from "./seam.js";

type Completion = (error: IOError | null, address?: string, host?: string) => void;

/** The error that an event's text tells: a code, a space, and words. */
function errorOf(text: string): IOError {
	const end = text.indexOf(" ");
	return ioError(text.slice(0, end) as LinkCode, text.slice(end + 1));
}

/** Options of any socket; `scheme` is absent for plain TCP. */
type SocketOptions = TCPOptions &
	Partial<TLSSocketOptions & WebSocketOptions & { scheme: "mqtts" | "ws" | "wss" }>;

/** A socket of any kind: the hardware knows what each takes. */
class TCP implements TCPSocket, Target {
	readonly target: unknown;
	readonly #callbacks: TCPOptions;
	#handle: number;

	constructor(options: SocketOptions) {
		this.target = options.target;
		this.#callbacks = options;
		this.#handle = open(this);
		const { address, port, scheme, tls, host = tls?.host, path = "" } = options;
		const endpoint = scheme === undefined ? address : `${address} ${scheme} ${host} ${path}`;
		hardware().socketOpen(this.#handle, endpoint, port);
	}

	read(byteLength = 0xffff): ArrayBuffer | undefined {
		return hardware().socketRead(this.#handle, byteLength);
	}

	write(data: ByteBuffer): number {
		return hardware().socketWrite(this.#handle, bytesOf(data));
	}

	close(): void {
		if (this.#handle === 0) return;
		hardware().socketClose(this.#handle);
		forget(this.#handle);
		this.#handle = 0;
	}

	onEvent(kind: number, count: number, text: string): void {
		const { onReadable, onWritable, onError, onSecuring } = this.#callbacks;
		if (kind === NativeEvent.READABLE) onReadable?.call(this, count);
		else if (kind === NativeEvent.WRITABLE) onWritable?.call(this, count);
		else if (kind === NativeEvent.SECURING) onSecuring?.call(this);
		else onError?.call(this, errorOf(text));
	}
}

class Lookup implements Target {
	readonly #resolver: Resolver;
	readonly #host: string;
	readonly #callback: Completion;
	readonly #handle: number;

	constructor(resolver: Resolver, host: string, callback: Completion) {
		this.#resolver = resolver;
		this.#host = host;
		this.#callback = callback;
		this.#handle = open(this);
		hardware().resolve(this.#handle, host);
	}

	onEvent(kind: number, _: number, text: string): void {
		forget(this.#handle);
		if (this.#resolver.isClosed) return;
		if (kind === NativeEvent.RESOLVED) this.#callback(null, text, this.#host);
		else this.#callback(errorOf(text));
	}
}

class Resolver {
	isClosed = false;

	resolve({ host }: { host: string }, callback: Completion): void {
		new Lookup(this, host, callback);
	}

	close(): void {
		this.isClosed = true;
	}
}

const NETWORK = Object.freeze({
	tls: Object.freeze({ client: Object.freeze({ io: TCP, scheme: "mqtts" }) }),
	ws: Object.freeze({ stream: Object.freeze({ io: TCP, scheme: "ws" }) }),
	wss: Object.freeze({ stream: Object.freeze({ io: TCP, scheme: "wss" }) }),
	dns: Object.freeze({ resolver: Object.freeze({ io: Resolver as unknown as ResolverOptions["io"] }) }),
});

/** The host, which from now on has the network of its native functions. */
export function withSockets(bare: BareHost): Host {
	const host = bare as { -readonly [Key in keyof Host]: Host[Key] };
	const { device } = bare;
	const whole: HostProvider = { ...device, io: { ...device.io, TCP }, network: NETWORK };
	host.device = whole;
	return host;
}
