import type {
	ByteBuffer,
	IOError,
	TCPConstructor,
	TCPOptions,
	TCP as TCPSocket,
	TLSClient,
	TLSSocketOptions,
} from "../../ecma-419.js";
import { ioError } from "../../io-error.js";
import type { SecureSocketConstructor } from "./board.js";

const lost = (): IOError => ioError("connection-lost", "connection lost");

/** Bytes that a record may take beside its content: header, nonce, digest, padding (RFC 5246, 6.2.3). */
const RECORD_OVERHEAD = 96;

/** Bytes that the SDK takes off the room by itself. */
const ACCOUNTED = 32;

/**
 * The SDK's TLS socket in the shape of ECMA-419, 3rd edition: `tls` options, a reason for `onError`, and
 * what it throws from within callbacks (TLSError) told there. It speaks TLS 1.2, checks issuer, dates and
 * name, and takes one CA.
 * @param TCP the socket underneath
 */
export function createTLS(IO: SecureSocketConstructor, TCP: TCPConstructor): TLSClient["io"] {
	/** The TCP socket that the SDK's makes for itself: its `target` is our TLS socket. */
	class Wire extends TCP {
		constructor({ onReadable, onWritable, ...options }: TCPOptions) {
			const tls = options.target as TLS;
			super({
				...options,
				onReadable(bytes) {
					tls.attempt(() => onReadable?.call(this, bytes));
				},
				onWritable(bytes) {
					tls.connected();
					tls.attempt(() => onWritable?.call(this, bytes));
				},
				onError(error) {
					tls.fail(error ?? lost());
				},
			});
		}
	}

	class TLS implements TCPSocket {
		readonly target: unknown;
		readonly #options: TLSSocketOptions;
		readonly #socket: InstanceType<SecureSocketConstructor>;
		#state: "connecting" | "securing" | "open" | "ended" = "connecting";
		#readable = 0;

		constructor(options: TLSSocketOptions) {
			this.target = options.target;
			this.#options = options;
			const { address, port, noDelay = false, tls } = options;
			this.#socket = new IO({
				address,
				port,
				noDelay,
				host: tls.host,
				secure: {
					...(tls.applicationLayerProtocol !== undefined && {
						applicationLayerProtocolNegotiation: tls.applicationLayerProtocol,
					}),
					...(tls.ca?.[0] !== undefined && { certificate: tls.ca[0] }),
					...(tls.clientCertificate !== undefined && { clientCertificates: tls.clientCertificate }),
					...(tls.clientKey !== undefined && { clientKey: tls.clientKey }),
				},
				TCP: { io: Wire },
				target: this,
				onReadable: (bytes) => {
					this.#readable = bytes;
					this.#options.onReadable?.call(this, bytes);
				},
				onWritable: (bytes) => {
					this.#state = "open";
					this.#options.onWritable?.call(this, bytes);
				},
				onError: () => this.fail(lost()),
			});
		}

		read(byteLength = this.#readable): ArrayBuffer | undefined {
			// The SDK's throws when asked for more than it has.
			const bytes = this.#readable > 0 ? this.#socket.read(Math.min(byteLength, this.#readable)) : undefined;
			this.#readable -= bytes?.byteLength ?? this.#readable;
			return bytes;
		}

		write(data: ByteBuffer): number {
			return Math.max(0, this.#socket.write(data) - (RECORD_OVERHEAD - ACCOUNTED));
		}

		close(): void {
			this.#state = "ended";
			this.#socket.close();
		}

		/** The TCP connection is open. */
		connected(): void {
			if (this.#state !== "connecting") return;
			this.#state = "securing";
			this.#options.onSecuring?.call(this);
		}

		/** Does a part of TLS's work, and tells what it throws. */
		attempt(work: () => void): void {
			try {
				if (this.#state !== "ended") work();
			} catch (error) {
				this.fail(this.#describe(error));
			}
		}

		fail(error: IOError): void {
			if (this.#state === "ended") return;
			this.#state = "ended";
			this.#options.onError?.call(this, error);
		}

		#describe(error: unknown): IOError {
			const message = error instanceof Error ? error.message : String(error);
			const { host } = this.#options.tls;
			if (message.includes("date validation")) {
				return ioError(
					"certificate-expired",
					`the certificate of ${host} has expired or is not valid yet; is the clock right?`,
				);
			}
			if (message === "certificate: auth err") {
				return ioError(
					"certificate-untrusted",
					`the certificate of ${host} is not trusted: its CA, its name or its dates`,
				);
			}
			return ioError("tls-failed", `TLS with ${host} failed (${message})`);
		}
	}
	return TLS;
}
