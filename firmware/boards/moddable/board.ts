import type {
	AnalogConstructor,
	ByteBuffer,
	DigitalConstructor,
	FlashStorage,
	HostProvider,
	KeyValue,
	PinSpecifier,
	TCPConstructor,
	TCPOptions,
	WiFiConstructor,
} from "../../ecma-419.js";
import type { NameService } from "../network/resolver.js";
import type { Settings } from "./settings.js";

/** Options of the SDK's TCP socket: it spells `noDelay` in its own way. */
export type SocketOptions = Omit<TCPOptions, "noDelay" | "onWritable" | "onError"> & {
	nodelay?: boolean;
	onWritable?: (this: Socket, bytes: number) => void;
	/** Tells no reason. */
	onError?: (this: Socket) => void;
};

/** The SDK's TCP socket: `read` takes no length and returns all there is. */
export interface Socket {
	readonly target?: unknown;
	read(): ArrayBuffer | undefined;
	write(data: ByteBuffer): number | undefined;
	close(): void;
}
export type SocketConstructor = new (options: SocketOptions) => Socket;

/** The SDK's TLS socket; it makes the TCP socket underneath, to which it hands these options, by itself. */
export type SecureSocketConstructor = new (
	options: Pick<TCPOptions, "address" | "port" | "noDelay" | "target"> & {
		host: string;
		secure: {
			applicationLayerProtocolNegotiation?: string | readonly string[];
			/** The CA, in DER; all else likewise. */
			certificate?: ByteBuffer;
			clientCertificates?: readonly ByteBuffer[];
			/** PKCS #8. */
			clientKey?: ByteBuffer;
		};
		TCP: { io: TCPConstructor };
		onReadable: (bytes: number) => void;
		onWritable: (bytes: number) => void;
		/** Tells no reason. */
		onError: () => void;
	},
) => {
	/** @throws Error when asked for more than there is */
	read(byteLength: number): ArrayBuffer | undefined;
	write(data: ByteBuffer): number;
	close(): void;
};

/** What a board adds to speak more than MQTT over TCP: clients over its TCP sockets. */
export type Transports = (TCP: TCPConstructor) => Omit<HostProvider["network"], "dns">;

/** HMAC-SHA-256 of a text in ASCII: 32 bytes. */
export type HmacSha256 = (key: Uint8Array, text: string) => Uint8Array;

/** The host provider of a board under the Moddable SDK: its IO as it comes, before `createHost` adapts it. */
export interface Board {
	/** In what the device says of itself. */
	readonly name: string;
	/** Absent where it should cost nothing; Azure IoT Hub needs it. */
	readonly hmacSha256?: HmacSha256 | undefined;
	readonly io: {
		readonly Analog: AnalogConstructor;
		readonly Digital: DigitalConstructor;
		readonly TCP: SocketConstructor;
	};
	readonly pin: Readonly<Record<string, PinSpecifier>>;
	readonly network: {
		/** Absent where the network is there without us. */
		readonly wifi?: { readonly io: WiFiConstructor };
		readonly dns: NameService;
		/** Absent where it should cost nothing. */
		readonly transports?: Transports | undefined;
		/** Asks a time server, and calls back with seconds since 1970 when it has answered. */
		readonly ntp?: { ask(host: string, callback: (seconds: number) => void): void };
	};
	readonly keyValue: KeyValue;
	readonly flash: FlashStorage;
	/** Resets the chip, or ends the process. */
	readonly restart: () => void;
	/** What it was told from outside. */
	readonly settings: Settings;
}
