import type { Packet } from "mqtt-packet";
import type { HubWorldEvent, Told } from "../events.js";
import { type HubInvariant, Violation } from "./invariant.js";
import { Trouble } from "./trouble.js";

/** Ends of a connection that are none of the device's doing. */
const INNOCENT: readonly string[] = Object.freeze([
	...["disconnect", "connection-lost", "replaced", "token-expired", "keep-alive-expired", "throttled"],
	...["kicked", "hub-stopped"],
]);

/** Milliseconds after which a connection without a word, or without CONNECT, is over. */
const SILENCE = 120_000;

/** Topics of a device, as the documentation has them. */
const TOPICS =
	/^(devices\/[^/]+\/(modules\/[^/]+\/)?messages\/events\/|\$iothub\/twin\/GET\/\?\$rid=|\$iothub\/twin\/PATCH\/properties\/reported\/\?\$rid=|\$iothub\/methods\/res\/\d{3}\/\?\$rid=)/;

/** The hub's longest silence: one and a half of a keep-alive, in seconds (Azure, "Default keep-alive timeout"). */
const LONGEST_SILENCE = 1767;

/** A device sends nothing that a hub must refuse, and is never silent for too long. */
export class Manners implements HubInvariant {
	readonly name = "a device sends nothing that the hub refuses";
	readonly #trouble = new Trouble();

	onSent(device: string, packet: Packet): void {
		const problem = problemOf(packet);
		if (problem !== undefined) this.#fail(device, problem);
	}

	onEvent(time: number, event: HubWorldEvent): void {
		this.#trouble.see(time, event);
		if (event.source !== "hub" || event.isRival) return;
		const { device, told } = event;
		const problem = this.#problem(time, device, told);
		if (problem !== undefined) this.#fail(device, problem);
	}

	#problem(time: number, device: string, told: Told): string | undefined {
		switch (told.event) {
			case "refused":
				return told.code === "fault" || told.code === "token-expired" ? undefined : told.reason;
			case "twin-refused":
				return told.code === "throttled" ? undefined : told.reason;
			case "disconnected": {
				const isSilent = told.code === "keep-alive-expired" && this.#trouble.isQuiet(device, time, SILENCE);
				return isSilent || !INNOCENT.includes(told.code) ? told.reason : undefined;
			}
			case "telemetry":
				return "mqtt-retain" in told.application ? "a message with RETAIN" : undefined;
			default:
				return undefined;
		}
	}

	#fail(device: string, problem: string): never {
		throw new Violation(this.name, `${device}: ${problem}`);
	}
}

/** What is wrong with a packet of a device. */
function problemOf(packet: Packet): string | undefined {
	switch (packet.cmd) {
		case "connect": {
			const { keepalive = 0, will } = packet;
			if (keepalive === 0 || keepalive * 1.5 > LONGEST_SILENCE) return `a keep-alive of ${keepalive} s`;
			return will !== undefined && (will.qos === 2 || will.retain === true) ? "its will" : undefined;
		}
		case "subscribe":
			return packet.subscriptions.length > 5 || packet.subscriptions.some(({ qos }) => qos === 2)
				? "its subscriptions"
				: undefined;
		case "publish": {
			const { qos, retain, topic } = packet;
			if (qos === 2 || retain) return `QoS ${qos}, RETAIN ${retain}`;
			return TOPICS.test(topic) ? undefined : `the topic ${topic}`;
		}
		default:
			return undefined;
	}
}
