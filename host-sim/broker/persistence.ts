import commonJs, { type AedesMemoryPersistence } from "aedes-persistence";

/** Its types are those of an ES module, which it is not. */
const memory = commonJs as unknown as () => AedesMemoryPersistence;

/** What no broker's own id is. */
const RELEASED = "released";

/** Aedes's sessions and retained messages, in memory, without a mistake of version 11.0.0. */
export function makePersistence(): AedesMemoryPersistence {
	const persistence = memory();
	const update = persistence.outgoingUpdate.bind(persistence);
	// A message that was sent gets its packet id, or its PUBREL takes its place. That one does not say which
	// message it is of, but by the packet id: without a name of its own it would take the place of another
	// PUBREL, and its message, never forgotten, would be sent again [MQTT-4.3.3-1].
	persistence.outgoingUpdate = (client, packet, done) => {
		const { cmd, brokerId, messageId } = packet as Partial<typeof packet> & { readonly messageId: number };
		if (cmd === "pubrel" && brokerId === undefined) {
			Object.assign(packet, { brokerId: RELEASED, brokerCounter: messageId });
		}
		return update(client, packet, done);
	};
	return persistence;
}
