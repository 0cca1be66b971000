/**
 * The part of the Moddable SDK that the firmware uses (SDK 8.2.3), so that types check where no SDK is
 * installed. What follows ECMA-419, 3rd edition, has the types of `ecma-419.ts`.
 */

/** Writes to the SDK's log. */
declare function trace(...texts: string[]): void;

/** Part of `$(MODDABLE)/modules/io` for each chip; on Linux without these functions. */
declare const System: {
	/** Resets the chip; does not return. */
	restart(): never;
};

declare module "mc/config" {
	/** The manifests' `config`, with the `key=value` words of mcconfig; frozen. */
	const config: Readonly<Record<string, unknown>>;
	export default config;
}

declare module "timer" {
	const timer: import("../../host.js").Timer;
	export default timer;
}

declare module "time" {
	const time: {
		/** Milliseconds since an unknown moment; wraps at 32 bits. */
		readonly ticks: number;
		/** Sets the wall clock: seconds since 1970. */
		set(seconds: number): void;
	};
	export default time;
}

declare module "instrumentation" {
	const Instrumentation: {
		/** A value now; `undefined` in a build without instrumentation. */
		get(index: number | undefined): number | undefined;
		/** The index of a name, as `System Free Memory` or `XS Slot Heap Used`. */
		map(name: string): number | undefined;
	};
	export default Instrumentation;
}

declare module "net" {
	const net: {
		/** Looks a name up with the platform's own resolver; calls back later, without an address if there is none. */
		resolve(host: string, callback: (host: string, address?: string) => void): void;
	};
	export default net;
}

declare module "sntp" {
	export default class SNTP {
		static readonly time: number;
		static readonly error: number;
		constructor(
			options: { host: string },
			callback: (this: SNTP, message: number, value?: number | string) => void,
		);
		close(): void;
	}
}

declare module "embedded:provider/builtin" {
	const board: import("./board.js").Board;
	export default board;
}

declare module "firmware/boards/esp32/board" {
	const board: import("./board.js").Board;
	export default board;
}

declare module "firmware/boards/esp32/pins" {
	/** The board's own: another board's manifest puts another module in its place. */
	const pins: Readonly<Record<string, number>>;
	export default pins;
}

declare module "embedded:io/analog" {
	const Analog: import("../../ecma-419.js").AnalogConstructor;
	export default Analog;
}

declare module "embedded:io/digital" {
	const Digital: import("../../ecma-419.js").DigitalConstructor;
	export default Digital;
}

declare module "embedded:io/socket/tcp" {
	const TCP: import("./board.js").SocketConstructor;
	export default TCP;
}

declare module "embedded:io/socket/tcp/tls" {
	const TLSSocket: import("./board.js").SecureSocketConstructor;
	export default TLSSocket;
}

declare module "crypt" {
	export class Digest {
		constructor(type: "SHA1" | "SHA256");
		write(data: Uint8Array | string): void;
		close(): ArrayBuffer;
	}
}

declare module "modules" {
	const Modules: {
		has(name: string): boolean;
		/** The namespace of a module of the image. */
		importNow(name: "firmware/boards/esp32/transports"): {
			default: () => import("./board.js").Transports;
			hmacSha256: import("./board.js").HmacSha256;
		};
	};
	export default Modules;
}

declare module "Resource" {
	/** Bytes in flash. */
	interface Resource extends ArrayBuffer {}
	const Resource: {
		new (name: string): Resource;
		exists(name: string): boolean;
	};
	export default Resource;
}

declare module "rng" {
	const RNG: {
		/** Random bytes, as TLS uses them. */
		get(byteLength: number): ArrayBuffer;
	};
	export default RNG;
}

declare module "embedded:network/interface/wifi" {
	const WiFi: import("./board.js").WiFiConstructor;
	export default WiFi;
}

declare module "embedded:storage/key-value" {
	const keyValue: import("../../ecma-419.js").KeyValue;
	export default keyValue;
}

declare module "embedded:storage/flash" {
	/** Partitions of the partition table whose type is `data`. An `end` that is given must be a number. */
	const flash: import("../../ecma-419.js").FlashStorage;
	export default flash;
}

declare module "embedded:storage/files" {
	export interface File {
		read(byteLength: number, position: number): ArrayBuffer;
		write(data: Uint8Array, position: number): void;
		flush(): void;
		close(): void;
	}
	export interface Directory extends Iterable<string> {
		openFile(options: { path: string; mode?: "r" | "r+" | "w" | "w+" }): File;
		openDirectory(options: { path: string }): Directory;
		createDirectory(path: string): boolean;
		/** Whether there was one. */
		delete(path: string): boolean;
		move(from: string, to: string): void;
		status(path: string): { readonly size?: number; isFile(): boolean };
		close(): void;
	}
	const files: Directory;
	export default files;
}

// Our own, by the names the manifests give them: a module that goes by an `embedded:` name cannot reach
// its neighbours by relative ones, which XS resolves against the name, not the file.

declare module "firmware/boards/lin/board" {
	const board: import("./board.js").Board;
	export default board;
}

declare module "firmware/websocket/websocket" {
	export { WebSocket } from "../../websocket/websocket.js";
}

declare module "firmware/boards/moddable/config-settings" {
	const settings: import("./settings.js").Settings;
	export default settings;
}
