const decoder = new TextDecoder();

/** The QoS that each client was granted on each topic, with which what leaves can be compared. */
export class Granted {
	/** By client and topic. */
	readonly #qos = new Map<string, number>();

	set(client: string, topic: string, qos: number): void {
		this.#qos.set(`${client} ${topic}`, qos);
	}

	/** Whether a packet that leaves is a PUBLISH with QoS 2 on a topic that was granted less. */
	isExceeded(client: string, packet: Uint8Array): boolean {
		if (((packet[0] as number) & 0xf6) !== 0x34) return false;
		let at = 1;
		while ((packet[at] as number) >= 0x80) at++;
		const length = ((packet[at + 1] as number) << 8) | (packet[at + 2] as number);
		const topic = decoder.decode(packet.subarray(at + 3, at + 3 + length));
		return (this.#qos.get(`${client} ${topic}`) ?? 2) < 2;
	}
}
