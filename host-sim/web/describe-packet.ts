import { generate, type IConnectPacket, type Packet, parser } from "mqtt-packet";
import { cut } from "../../server/telemetry.js";
import type { Frame } from "./framer.js";
import type { Lane, Rung } from "./protocol.js";

/** What a rung says of a packet, but for when, and between whom. */
export type PacketView = Omit<
	Extract<Rung, { kind: "packet" }>,
	"n" | "t" | "kind" | "from" | "to" | "lost" | "refused"
> & {
	/** Why its sender refuses something with it. */
	readonly refused?: string;
};

/** Bytes of a packet that are shown. */
const SHOWN = 64;

/** Characters of a payload that are shown. */
const EXCERPT = 200;

/** In the place of a password: of the same length for each, so that not even that is seen. */
const HIDDEN = "***";

/** Types by the first four bits of a packet (MQTT 3.1.1, 2.2.1). */
const TYPES: readonly string[] = Object.freeze([
	"0",
	"CONNECT",
	"CONNACK",
	"PUBLISH",
	"PUBACK",
	"PUBREC",
	"PUBREL",
	"PUBCOMP",
	"SUBSCRIBE",
	"SUBACK",
	"UNSUBSCRIBE",
	"UNSUBACK",
	"PINGREQ",
	"PINGRESP",
	"DISCONNECT",
	"15",
]);

/** Return codes of CONNACK (MQTT 3.1.1, 3.2.2.3), in words, behind who refuses. */
const REFUSALS: readonly string[] = Object.freeze([
	"",
	"does not speak this version of MQTT",
	"refuses the client id",
	"is not available",
	"refuses user name and password",
	"refuses this client",
]);

/** What a broker is: an Azure IoT Hub is called so. */
export type Peer = Extract<Lane, "broker" | "hub">;

/** Says more of a packet than MQTT does. */
export type Explain = (packet: Packet) => Pick<PacketView, "label" | "properties">;

/** What is said of packets. */
interface Wording {
	readonly peer?: Peer;
	readonly explain?: Explain | undefined;
}

/** A packet as its bytes were on the wire. Never throws. */
export function describeFrame({ bytes, length }: Frame, wording: Wording = {}): PacketView {
	const packet = length === bytes.length ? decode(bytes) : undefined;
	if (packet !== undefined) return describePacket(packet, bytes, wording);
	const type = TYPES[(bytes[0] as number) >> 4] as string;
	// Nothing of a CONNECT that cannot be read: who knows where its password is.
	const hex = type === "CONNECT" ? "" : hexOf(bytes);
	return { type, label: length === bytes.length ? "malformed" : "too large to be shown", hex, length };
}

/**
 * A packet as MQTT.js or the parser has it.
 * @param bytes on the wire; made from the packet when left out
 */
export function describePacket(
	packet: Packet,
	bytes?: Uint8Array,
	{ peer = "broker", explain }: Wording = {},
): PacketView {
	const shown = packet.cmd === "connect" ? hidden(packet) : packet;
	const wire = packet.cmd === "connect" || bytes === undefined ? encode(shown) : bytes;
	return {
		type: packet.cmd.toUpperCase(),
		...(packet.messageId !== undefined && packet.messageId > 0 && { id: packet.messageId }),
		...fieldsOf(packet, peer),
		...explain?.(packet),
		hex: hexOf(wire),
		length: wire.length,
	};
}

type Fields = Omit<PacketView, "type" | "hex" | "length">;

function fieldsOf(packet: Packet, peer: Peer): Fields {
	switch (packet.cmd) {
		case "connect":
			return { label: connectLabel(packet) };
		case "connack": {
			const code = packet.returnCode ?? 0;
			if (code === 0) return packet.sessionPresent ? { label: "session present" } : {};
			return { label: `code ${code}`, refused: `the ${peer} ${REFUSALS[code] ?? REFUSALS.at(-1)}` };
		}
		case "publish":
			return {
				topic: cut(packet.topic),
				qos: packet.qos,
				...(packet.retain && { retain: true }),
				...(packet.dup && { dup: true }),
				payload: payloadOf(packet.payload),
			};
		case "subscribe":
			return {
				topic: cut(packet.subscriptions.map(({ topic }) => topic).join(", ")),
				...(packet.subscriptions[0] !== undefined && { qos: packet.subscriptions[0].qos }),
			};
		case "suback":
			return packet.granted.some((code) => Number(code) > 2)
				? { refused: `the ${peer} refuses the subscription` }
				: { label: `granted QoS ${packet.granted.join(", ")}` };
		case "unsubscribe":
			return { topic: cut(packet.unsubscriptions.join(", ")) };
		default:
			return {};
	}
}

function connectLabel({ clientId, username, password, will, clean, keepalive }: IConnectPacket): string {
	const parts = [
		clientId,
		clean === false ? "kept session" : "clean session",
		`keep-alive ${keepalive ?? 0} s`,
		...(username === undefined ? [] : [`user ${username}`]),
		...(password === undefined ? [] : ["with password"]),
		...(will === undefined ? [] : [`will ${will.topic}`]),
	];
	return cut(parts.join(", "));
}

const hidden = (packet: IConnectPacket): Packet =>
	packet.password === undefined ? packet : { ...packet, password: Buffer.from(HIDDEN) };

/** The payload, or its beginning and an ellipsis. */
function payloadOf(payload: string | Uint8Array): string {
	if (typeof payload === "string") return excerpt(payload);
	// A character has at most 4 bytes; what the cut splits is behind the last one that is shown.
	const part = payload.subarray(0, EXCERPT * 4);
	try {
		const utf8 = new TextDecoder("utf-8", { fatal: true });
		return excerpt(utf8.decode(part, { stream: part.length < payload.length }));
	} catch {
		const hex = `0x${Buffer.from(payload.subarray(0, EXCERPT / 2 - 1)).toString("hex")}`;
		return 2 * payload.length < EXCERPT ? hex : `${hex.slice(0, -2)}…`;
	}
}

/** A text of at most 200 characters; a longer one ends with an ellipsis. */
function excerpt(text: string): string {
	const shown = cut(text);
	return shown === text ? text : `${Array.from(shown).slice(0, -1).join("")}…`;
}

function decode(bytes: Uint8Array): Packet | undefined {
	const reader = parser({ protocolVersion: 4 });
	let packet: Packet | undefined;
	reader.on("packet", (one) => {
		packet = one;
	});
	reader.on("error", () => {});
	try {
		return reader.parse(Buffer.from(bytes)) === 0 ? packet : undefined;
	} catch {
		return undefined;
	}
}

/** The packet's bytes; none for what cannot be written. */
function encode(packet: Packet): Uint8Array {
	try {
		return generate(packet);
	} catch {
		return new Uint8Array();
	}
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, SHOWN)).toString("hex");
