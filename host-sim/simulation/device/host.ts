import type {
	ByteBuffer,
	Resolver,
	ResolverOptions,
	TCP,
	TCPConstructor,
	TCPOptions,
} from "../../../firmware/ecma-419.js";
import type { DeviceEvent } from "../../../firmware/events.js";
import type { Host } from "../../../firmware/host.js";
import { FlashKeyValue } from "../../../firmware/key-value/flash-key-value.js";
import { bytesOf } from "../../io/byte-buffer.js";
import { hmacSha256 } from "../../io/hmac.js";
import type { Clock } from "../clock.js";
import { MessageReader, type ReadMessage } from "../network/message-reader.js";
import type { Access, Loss, Network } from "../network/network.js";
import { CAPACITIES, SimulatedSocket } from "../network/socket.js";
import type { Random } from "../random.js";
import type { Board } from "./board.js";
import type { Power } from "./power.js";
import type { SimulatedStorage } from "./storage.js";
import type { Timers } from "./timers.js";

/** The address of whatever name is asked for. */
const ADDRESS = "192.0.2.1";

/** What a host is made of; all but `power` outlives it. */
export interface Parts {
	readonly clock: Clock;
	readonly network: Network;
	readonly access: Access;
	readonly storage: SimulatedStorage;
	/** Whether the board has key-value storage; else the firmware's own, in flash memory. */
	readonly hasKeyValue: boolean;
	readonly random: Random;
	readonly power: Power;
	readonly board: Board;
	/** What the tick counter shows when the world begins: it wraps at 2 ** 32. */
	readonly ticks: number;
	/** Milliseconds since 1970 on the device's wall clock. */
	readonly date: () => number | undefined;
	readonly report: (event: DeviceEvent) => void;
	/** The firmware wants to be started again. */
	readonly restart: () => void;
	/** Bytes of a packet that the device takes whole. */
	readonly receiveBuffer: number;
	readonly timers: Timers;
	/** Hears the messages that the device has read from its connection, as far as it wants them. */
	readonly onRead: (messages: readonly ReadMessage[]) => void;
	/** Hears the bytes that the device writes, and that a connection begins: without bytes. */
	readonly onWritten?: ((bytes: Uint8Array | undefined) => void) | undefined;
	/** Whether sockets with TLS are there too: bytes go as they are. */
	readonly hasTls?: boolean;
}

/** The host of a firmware: all it can do lives in a world, and ends with the power. */
export function hostOf(parts: Parts): Host {
	const { clock, random, power, board, storage } = parts;
	const flash = storage.flash.during(power);
	const TCP = tcpOf(parts);
	return {
		device: {
			io: { Analog: board.Analog, Digital: board.Digital, TCP },
			pin: board.pin,
			network: {
				dns: { resolver: { io: resolverOf(parts) } },
				...(parts.hasTls && { tls: { client: { io: TCP } } }),
			},
			keyValue: parts.hasKeyValue ? storage : new FlashKeyValue(flash),
			flash,
		},
		timer: parts.timers,
		now: () => (parts.ticks + clock.elapsed) >>> 0,
		date: parts.date,
		random: random.next,
		engine: "world",
		hmacSha256,
		restart: () => {
			if (power.isOn) parts.restart();
		},
		report: (event) => {
			if (power.isOn) parts.report(event);
		},
	};
}

const tcpOf = (parts: Parts): TCPConstructor => {
	const { network, access, storage, random, power, receiveBuffer, onRead, onWritten } = parts;
	return class extends SimulatedSocket implements TCP {
		readonly #messages = new MessageReader(receiveBuffer);
		constructor(options: TCPOptions) {
			super(network, access, random.pick(CAPACITIES), options);
			if (power.isOn) onWritten?.(undefined);
			if (power.isOn) return;
			access.connections.at(-1)?.cut("both");
			super.close();
		}
		override read(byteLength?: number): ArrayBuffer | undefined {
			// The power may go in the middle of a turn, and the firmware goes on to its end.
			const bytes = power.isOn ? super.read(byteLength) : undefined;
			if (bytes === undefined) return undefined;
			const messages = this.#messages.take(new Uint8Array(bytes));
			if (messages.length > 0) onRead(messages);
			return bytes;
		}
		override write(data: ByteBuffer): number {
			storage.settle();
			if (!power.isOn) return 0;
			const room = super.write(data);
			onWritten?.(bytesOf(data));
			return room;
		}
		override opened(): void {
			power.turn(() => super.opened());
		}
		override received(bytes: Uint8Array): void {
			power.turn(() => super.received(bytes));
		}
		override sent(count: number): void {
			power.turn(() => super.sent(count));
		}
		override lost(loss: Loss): void {
			power.turn(() => super.lost(loss));
		}
	};
};

const resolverOf = ({ clock, access, power }: Parts): ResolverOptions["io"] =>
	class implements Resolver {
		#isOpen = true;
		resolve({ host }: { host: string }, callback: Parameters<Resolver["resolve"]>[1]): void {
			const lookup = access.lookup.value;
			if (lookup === "hang") return;
			const error = lookup === "fail" ? new Error(`no address for ${host}`) : null;
			clock.post(() => {
				if (this.#isOpen)
					power.turn(() => (error === null ? callback(null, ADDRESS, host) : callback(error)));
			}, access.latency.value);
		}
		close(): void {
			this.#isOpen = false;
		}
	};
