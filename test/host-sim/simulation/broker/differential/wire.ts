import { connect } from "node:net";
import { type BrokerWays, ModelBroker } from "../../../../../host-sim/simulation/broker/broker.js";
import { VirtualClock } from "../../../../support/virtual/clock.js";

/** A client's end of a connection to a broker. */
export interface Wire {
	send(bytes: Uint8Array): void;
	/** Ends the connection. */
	end(): void;
}

/** What comes over a wire. */
export interface WireEvents {
	onBytes(bytes: Uint8Array): void;
	/** The broker knows that the connection is over. */
	onClosed(): void;
}

/** Opens a wire to a broker. */
export type Dial = (events: WireEvents) => Wire;

/** Wires to a new model broker. */
export function dialModel(ways: Partial<BrokerWays>): Dial {
	const broker = new ModelBroker({ clock: new VirtualClock(), ways });
	return ({ onBytes, onClosed }) => {
		const connection = broker.accept({ send: onBytes, close: onClosed });
		return {
			send: (bytes) => connection.receive(bytes),
			end: () => {
				connection.lost();
				onClosed();
			},
		};
	};
}

/** Wires to a broker on this machine. */
export function dialTcp(port: number): Dial {
	return ({ onBytes, onClosed }) => {
		const socket = connect({ port, host: "127.0.0.1", noDelay: true });
		socket.on("data", onBytes);
		socket.on("error", () => {});
		// Both directions are at their end: the broker has read ours, and has closed.
		socket.on("close", onClosed);
		return { send: (bytes) => socket.write(bytes), end: () => socket.end() };
	};
}
