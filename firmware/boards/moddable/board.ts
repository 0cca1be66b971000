import type {
	AnalogConstructor,
	ByteBuffer,
	DigitalConstructor,
	KeyValue,
	PinSpecifier,
	TCPOptions,
} from "../../ecma-419.js";
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

/** Wi-Fi interface (ECMA-419, 3rd edition, "Network Interface"), as the SDK has it. */
export interface WiFi {
	/** 200: apart, 300: joining, 400: joined, without an address, 500: with an address. */
	readonly connection: number;
	readonly address?: string | undefined;
	/** @throws Error while joining, and when the radio refuses */
	connect(options: { SSID: string; password?: string }): void;
	disconnect(): void;
}
export type WiFiConstructor = new (options: { onChanged: () => void }) => WiFi;

/** The host provider of a board under the Moddable SDK: its IO as it comes, before `createHost` adapts it. */
export interface Board {
	readonly io: {
		readonly Analog: AnalogConstructor;
		readonly Digital: DigitalConstructor;
		readonly TCP: SocketConstructor;
	};
	readonly pin: Readonly<Record<string, PinSpecifier>>;
	readonly network: {
		/** Absent where the network is there without us. */
		readonly wifi?: { readonly io: WiFiConstructor };
		readonly dns: {
			resolve(host: string, callback: (host: string, address?: string) => void): void;
		};
		/** Asks a time server, and calls back with seconds since 1970 when it has answered. */
		readonly ntp?: { ask(host: string, callback: (seconds: number) => void): void };
	};
	readonly keyValue: KeyValue;
	/** What it was told from outside. */
	readonly settings: Settings;
}
