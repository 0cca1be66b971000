import type { Network } from "./network/network.js";
import type { Random } from "./random.js";
import { connectPacket, disconnectPacket, publishPacket, pubrelPacket } from "./server/packets.js";

/** On whose topics, which are no device's, a stranger publishes what is no reading. */
export const NOBODY = "nobody";

/** On whose topics he publishes readings, which the broker may keep. */
export const SOMEBODY = "somebody";

/** Somebody else at the broker, who publishes what he likes; right beside it, so that nothing delays him. */
export class Stranger {
	readonly #network: Network;

	constructor(network: Network) {
		this.#network = network;
	}

	/** Connects, publishes with any QoS, retained or not, and goes; without a broker nothing happens. */
	publish(topic: string, payload: string | Uint8Array, random: Random): void {
		const connection = this.#network.listener.value?.({ send: () => {}, close: () => {} });
		if (connection === undefined) return;
		const qos = random.between(0, 2);
		connection.receive(connectPacket("stranger", 0));
		connection.receive(publishPacket(topic, payload, qos, random.chance(0.2)));
		if (qos === 2) connection.receive(pubrelPacket(1));
		connection.receive(disconnectPacket());
		connection.lost();
	}
}
