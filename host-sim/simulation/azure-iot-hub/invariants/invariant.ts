import type { Packet } from "mqtt-packet";
import type { Config } from "../../../../firmware/config.js";
import type { LinkState } from "../../../../firmware/events.js";
import type { TwinProperties } from "../../../azure-iot-hub/core/hub.js";
import type { Measured } from "../../invariants/invariant.js";
import type { ReadMessage } from "../../network/message-reader.js";
import type { HubWorldEvent } from "../events.js";

export { type Measured, Violation } from "../../invariants/invariant.js";

/** What an invariant may look at of a device and of what the hub keeps of it. */
export interface HubDeviceView {
	readonly id: string;
	readonly config: Config;
	readonly led: boolean;
	readonly light: number;
	readonly link: LinkState;
	readonly hasPower: boolean;
	/** Values in its storage. */
	readonly stored: number;
	/** Connections that it holds open. */
	readonly connections: number;
	/** Timers that are running. */
	readonly timers: number;
	/** Whether it has what it needs to connect: a clock for a token, and one that has not ended. */
	readonly canConnect: boolean;
	/** Messages that wait for it at the hub. */
	readonly waiting: number;
	readonly twin: TwinProperties;
	/** Since when it has been calm around it, in milliseconds; `undefined` while it is not. */
	readonly calmSince: number | undefined;
}

/** What an invariant may look at of a world. */
export interface HubWorldView {
	readonly time: number;
	readonly devices: readonly HubDeviceView[];
	/** What is to happen that is known. */
	readonly pending: number;
}

/** Something that always holds in a world with a hub. What does not is thrown as a `Violation`. */
export interface HubInvariant {
	/** What holds, as a sentence. */
	readonly name: string;
	/** Something happened. */
	onEvent?(time: number, event: HubWorldEvent): void;
	/** A device wrote a packet to its end. @param since when it wrote the first byte of the connection: of CONNECT */
	onSent?(device: string, packet: Packet, since: number): void;
	/** A device read a message. */
	onRead?(time: number, device: string, message: ReadMessage): void;
	/** A device read its light sensor for a report. */
	onMeasured?(device: string, reading: Measured): void;
	/** Called every ten seconds, and at the end. */
	check?(world: HubWorldView): void;
	/** Called when the last fault is long over. */
	end?(world: HubWorldView): void;
}
