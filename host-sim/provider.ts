import { createHash, randomBytes } from "node:crypto";
import type { HostProvider, TLSClient } from "../firmware/ecma-419.js";
import type { DeviceEvent } from "../firmware/events.js";
import type { Host } from "../firmware/host.js";
import { WebSocket } from "../firmware/websocket/websocket.js";
import { createAnalog } from "./io/analog.js";
import { createDigital } from "./io/digital.js";
import { createKeyValue } from "./io/key-value.js";
import { PinBoard } from "./io/pins.js";
import { Resolver } from "./io/resolver.js";
import { TCP } from "./io/tcp.js";
import { timer } from "./io/timer.js";
import { TLS } from "./io/tls.js";

/** The top of the scale of the simulated converter: 10 bits, as on the Wio Terminal. */
const FULL_SCALE = 1023;

const WEB_SOCKET = Object.freeze({
	io: WebSocket,
	random: () => randomBytes(4).readUInt32LE() / 2 ** 32,
	sha1: (bytes: Uint8Array) => createHash("sha1").update(bytes).digest(),
});

/** Time and chance of this process, the same for every device. */
const CLOCKS = Object.freeze({
	now: () => Math.trunc(performance.now()),
	date: () => Date.now(),
	random: () => Math.random(),
});

/** The world around one simulated device. */
export interface Surroundings {
	/** For each analog pin by name, the light that falls on its sensor, 0 to 1023. */
	readonly sensors: Readonly<Record<string, () => number>>;
	/** The folder of the device's storage; made when the firmware first opens a domain of it. */
	readonly storage: string;
	/** Whom TLS trusts, and as whom; nobody beyond Node's own CAs when absent. */
	readonly tls?: TLSClient["tls"];
	/** Hears what the firmware tells. It must not throw. */
	readonly report: (event: DeviceEvent) => void;
}

/** The host of one device on Node: real time, real sockets, a simulated board with an LED. */
export function createHost({ sensors, storage, tls = {}, report }: Surroundings): Host {
	const board = new PinBoard(["led"]);
	for (const [name, read] of Object.entries(sensors)) board.analog(name, () => read() / FULL_SCALE);
	const names = [...Object.keys(sensors), "led"];
	const device: HostProvider = Object.freeze({
		io: Object.freeze({ Analog: createAnalog(board), Digital: createDigital(board), TCP }),
		pin: Object.freeze(Object.fromEntries(names.map((name) => [name, name]))),
		network: Object.freeze({
			dns: Object.freeze({ resolver: { io: Resolver } }),
			tls: Object.freeze({ client: { io: TLS, tls } }),
			ws: Object.freeze({ stream: { ...WEB_SOCKET, socket: { io: TCP } } }),
			wss: Object.freeze({ stream: { ...WEB_SOCKET, socket: { io: TLS, tls } } }),
		}),
		keyValue: createKeyValue(storage),
	});
	return Object.freeze({
		device,
		timer,
		...CLOCKS,
		report,
	});
}
