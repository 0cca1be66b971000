import { SessionStore } from "../../../firmware/connectivity/session-store.js";
import { readRecord } from "../../../firmware/mqtt/record.js";
import { Session } from "../../../firmware/mqtt/session.js";
import { VirtualStorage } from "../../support/virtual/storage.js";
import { acknowledgement, brokerPacket, connack, PUBREC, PUBREL, publish } from "../broker-stream.js";
import { bytesOf, joined } from "../bytes.js";
import { spoilt } from "../mutate.js";
import { referenceRead } from "../oracles/mqtt.js";
import type { Random } from "../random.js";
import { readClientPacket } from "../session/client-packet.js";
import { demand, type Target } from "../target.js";

const KEYS = ["1", "2", "3", "10", "007", "0", "-1", "1.5", "Infinity", "x", "", " 4", "9007199254740991"];
/** Whose records they are. */
const CLIENT = "d1";
/** Bytes of a value's header: which key, and how many bytes follow. */
const HEADER = 2;

/** A value of the storage; most are what a session had stored. */
function anyValue(random: Random): Uint8Array {
	const id = 1 + random.small(6);
	const kinds = [
		() => publish(random.pick([2, 4, 10, 12, 3]), bytesOf("lamp"), id, random.bytes(random.small(20))),
		() => acknowledgement(random.pick([PUBREC, PUBREL]), id),
		() => brokerPacket(random),
	];
	return spoilt(random.pick(kinds)(), random, 0.7).subarray(0, 255);
}

/** The keys and values that an input stands for. */
function valuesOf(input: Uint8Array): Map<string, Uint8Array> {
	const values = new Map<string, Uint8Array>();
	for (let at = 0; at + HEADER <= input.length; ) {
		const [key = 0, length = 0] = input.subarray(at, at + HEADER);
		at += HEADER;
		values.set(KEYS[key % KEYS.length] as string, input.slice(at, at + length));
		at += length;
	}
	return values;
}

/** Whether a session has ever had this stored: one whole packet, of one of three kinds. */
function isRecord(value: Uint8Array): boolean {
	const read = referenceRead(value, value.length);
	const [packet] = read;
	if (packet === undefined || read.length > 1 || packet.end !== value.length) return false;
	return (
		packet.kind === "pubrel" || packet.kind === "pubrec" || (packet.kind === "publish" && packet.qos > 0)
	);
}

/** Runs a session with what it was left, up to the first connection. Returns what it transmits, as kinds and ids. */
function resumed(records: ReturnType<SessionStore["load"]>): string[] {
	const session = new Session({
		connect: { clientId: "lamp", cleanSession: false, keepAlive: 0 },
		receiveBuffer: 64,
		inFlight: 4,
		maximumPacket: 1000,
		attempts: 0,
		responseTimeout: 1000,
		records,
	});
	const sent: string[] = [];
	const left = new Set(records.map(({ order }) => order));
	const pump = () => {
		for (let output = session.next(); output !== undefined; output = session.next()) {
			if (output.kind === "discard") demand(left.delete(output.order), "discards what is not there");
			else if (output.kind === "transmit") {
				const { kind, id } = readClientPacket(output.bytes);
				sent.push(`${kind} ${id}`);
			} else demand(output.kind === "connected", `${output.kind} out of nothing`);
		}
	};
	pump();
	session.connect(0);
	pump();
	session.receive(connack(true, 0), 0);
	pump();
	demand(session.isConnected, "not connected");
	demand(sent[0] === "connect 0" && sent.length - 1 <= left.size, "sends more than was left");
	const ids = sent.slice(1).map((line) => line.split(" ")[1]);
	demand(new Set(ids).size === ids.length && !ids.includes("0"), "two packets with one id, or id 0");
	return sent;
}

/** What an earlier run, or a damaged disk, has left in the storage. */
export const records: Target = {
	name: "records",
	covers: ["firmware/mqtt/record.ts", "firmware/connectivity/session-store.ts", "firmware/mqtt/delivery.ts"],
	share: 6,
	generate: (random) =>
		joined(
			Array.from({ length: 1 + random.small(8) }, () => {
				const value = anyValue(random);
				return joined([Uint8Array.of(random.below(KEYS.length), value.length), value]);
			}),
		),
	run: (input) => {
		const values = valuesOf(input);
		let good = 0;
		for (const value of values.values()) {
			const isRead = readRecord(value) !== undefined;
			demand(isRead === isRecord(value), "takes for a record what is none, or the other way round");
			if (isRead) good++;
		}
		const storage = new VirtualStorage();
		storage.domains.set("mqtt-session", values.set("client", Buffer.from(CLIENT)));
		const reports: string[] = [];
		const store = new SessionStore({ report: ({ event }) => reports.push(event) }, storage);
		const loaded = store.load(CLIENT);
		demand(reports.length === 0, "reports a storage that works");
		demand(new Set(loaded.map(({ order }) => order)).size === loaded.length, "two records with one order");
		const sent = resumed(loaded);
		if (good === 0) return "no record";
		return sent.length > 1 ? "sent again" : "nothing to send";
	},
};
