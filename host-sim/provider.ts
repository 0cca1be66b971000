import { createHash, randomBytes } from "node:crypto";
import type { HostProvider, TLSClient } from "../firmware/ecma-419.js";
import type { DeviceEvent } from "../firmware/events.js";
import type { Host } from "../firmware/host.js";
import { WebSocket } from "../firmware/websocket/websocket.js";
import { createAnalog } from "./io/analog.js";
import { fractionOf, type Range, resolutionFor } from "./io/converter.js";
import { createDigital } from "./io/digital.js";
import { createFlash } from "./io/flash.js";
import { hmacSha256 } from "./io/hmac.js";
import { createKeyValue } from "./io/key-value.js";
import { PinBoard } from "./io/pins.js";
import { Resolver } from "./io/resolver.js";
import { StorageHealth } from "./io/storage-health.js";
import { type SocketClass, tapped, type Wire } from "./io/tapped.js";
import { TCP } from "./io/tcp.js";
import { timer } from "./io/timer.js";
import { TLS } from "./io/tls.js";
import { simulatedPins } from "./pins.js";
import type { Life, Network } from "./trouble/life.js";

const WEB_SOCKET = Object.freeze({
	random: () => randomBytes(4).readUInt32LE() / 2 ** 32,
	sha1: (bytes: Uint8Array) => createHash("sha1").update(bytes).digest(),
});

/** Time and chance of this process, the same for every device. */
const CLOCKS = Object.freeze({
	now: () => Math.trunc(performance.now()),
	date: () => Date.now(),
	random: () => Math.random(),
});

const NETWORK: Network = Object.freeze({ TCP, TLS, Resolver });

/** A sensor on an analog pin. */
export interface Input extends Range {
	/** What it measures at present, in its unit. */
	readonly read: () => number;
}

/** The world around one simulated device. */
export interface Surroundings {
	/** What is on each analog pin, by the pin's name. */
	readonly inputs: Readonly<Record<string, Input>>;
	/** The folder of the device's storage; made when the firmware first opens a domain or a partition of it. */
	readonly storage: string;
	/** Whom TLS trusts, and as whom; nobody beyond Node's own CAs when absent. */
	readonly tls?: TLSClient["tls"];
	/** Hears what the firmware tells. It must not throw. */
	readonly report: (event: DeviceEvent) => void;
	/** The firmware wants to be started again: what it still does has no effect once `life` has ended. */
	readonly restart: () => void;
	/** Called for each connection to a broker: hears the bytes of MQTT that go over it. */
	readonly tap?: (() => Wire) | undefined;
	/** The time in which the device has power, where it can end before the process does. */
	readonly life?: Life | undefined;
	/** Hears that the storage works again; that it fails is reported once until then. */
	readonly onStorageWorks?: () => void;
}

/** The host of one device on Node: real time, real sockets, a simulated board with an LED. */
export function createHost(surroundings: Surroundings): Host {
	const { inputs, storage, tls = {}, report, restart, tap, life, onStorageWorks } = surroundings;
	const health = new StorageHealth(onStorageWorks ?? (() => {}));
	const observer = () => life?.storage(health.observer()) ?? health.observer();
	const pin = simulatedPins(Object.keys(inputs));
	const board = new PinBoard([pin.led as number]);
	for (const [name, input] of Object.entries(inputs)) {
		board.analog(pin[name] as number, () => fractionOf(input.read(), input));
	}
	const resolution = resolutionFor(Object.values(inputs));
	const network = life === undefined ? NETWORK : life.network(NETWORK);
	// Above trouble, TLS and WebSocket: what the firmware sends and gets, and MQTT it is.
	const heard = <Base extends SocketClass>(Base: Base) => (tap === undefined ? Base : tapped(Base, tap));
	const stream = { ...WEB_SOCKET, io: heard(WebSocket) };
	const device: HostProvider = Object.freeze({
		io: Object.freeze({
			Analog: createAnalog(board, { resolution }),
			Digital: createDigital(board),
			TCP: heard(network.TCP),
		}),
		pin: Object.freeze(pin),
		network: Object.freeze({
			dns: Object.freeze({ resolver: { io: network.Resolver } }),
			tls: Object.freeze({ client: { io: heard(network.TLS), tls } }),
			ws: Object.freeze({ stream: { ...stream, socket: { io: network.TCP } } }),
			wss: Object.freeze({ stream: { ...stream, socket: { io: network.TLS, tls } } }),
		}),
		keyValue: createKeyValue(storage, observer()),
		flash: createFlash({ folder: storage, observer: observer() }),
	});
	const host: Host = Object.freeze({
		engine: "node",
		hmacSha256,
		device,
		timer,
		...CLOCKS,
		restart,
		report: (event: DeviceEvent) => {
			if (event.event !== "storage" || health.tell()) report(event);
		},
	});
	return life === undefined ? host : life.host(host);
}
