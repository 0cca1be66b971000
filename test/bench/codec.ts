import mqttPacket from "mqtt-packet";
import { Decoder } from "../../firmware/mqtt/decode.js";
import { encodePublish } from "../../firmware/mqtt/encode.js";
import { type Duel, duel } from "./measure.js";
import { type Bench, type Figure, scaled } from "./report.js";

/** Few enough that what is made for a batch is still in the processor's cache when it is used. */
const BATCH = 100;
const ROUNDS = 4000;
const WARM_UP = 1500;
const WANTED = 5;

const PAYLOAD = '{"light":512}';
/** The topic of a device with the id that the command line gives it, and of one with a UUID. */
const TOPICS = ["nightlight/telemetry", "8a6e0804-2bd0-4672-b79d-d97027f9071a/telemetry"];

/** Added up, so that no engine finds the work to be of no use. */
let sum = 0;

/** Nanoseconds that `work` takes for each item of a batch; the batch is made anew, outside of the time. */
function timed<T>(make: () => T, work: (items: readonly T[]) => void): () => number {
	return () => {
		const items = Array.from({ length: BATCH }, make);
		const start = process.hrtime.bigint();
		work(items);
		return Number(process.hrtime.bigint() - start) / BATCH;
	};
}

/** A new string and new bytes each time: what was found out about the last ones is of no use. */
const freshMessage = (topic: string) => () => ({
	topic: Buffer.from(topic).toString("latin1"),
	payload: Buffer.from(PAYLOAD),
});

type Fresh = ReturnType<ReturnType<typeof freshMessage>>;

function encodeOurs(messages: readonly Fresh[]): void {
	for (const { topic, payload } of messages) {
		const bytes = encodePublish({ topic, payload, qos: 0, retain: false }, 0);
		sum += bytes.length;
	}
}

const generate = ({ topic, payload }: Fresh): Buffer =>
	mqttPacket.generate({ cmd: "publish", topic, payload, qos: 0, retain: false, dup: false });

function encodeTheirs(messages: readonly Fresh[]): void {
	for (const message of messages) sum += generate(message).length;
}

/** Reads a letter, so that a text that was only noted down as the sum of its parts is put together. */
const look = (topic: string, payload: Uint8Array): number => topic.charCodeAt(0) + (payload[0] as number);

function decodeOurs(decoder: Decoder): (packets: readonly Buffer[]) => void {
	return (packets) => {
		for (const bytes of packets) {
			decoder.push(bytes);
			const packet = decoder.next();
			if (packet?.kind !== "publish") throw new Error("not decoded");
			sum += look(packet.topic, packet.payload);
		}
	};
}

function decodeTheirs(): (packets: readonly Buffer[]) => void {
	const parser = mqttPacket.parser();
	parser.on("packet", (packet) => {
		if (packet.cmd !== "publish") throw new Error("not decoded");
		sum += look(packet.topic, packet.payload as Buffer);
	});
	return (packets) => {
		for (const bytes of packets) parser.parse(bytes);
	};
}

const nanoseconds = (time: number): string => `${time.toFixed(0)} ns`;

const figure = (what: string, { ours, theirs, quotient }: Duel): Figure => ({
	what,
	ours: nanoseconds(ours),
	theirs: nanoseconds(theirs),
	ratio: `${quotient.toFixed(1)} times as fast`,
	goal: { wanted: `at least ${WANTED}`, isMet: quotient >= WANTED },
});

/** Encoding and decoding a telemetry PUBLISH, against mqtt-packet. */
export const codec: Bench = {
	name: "codec",
	sides: ["nightlight", "mqtt-packet"],
	async run(effort) {
		const wasCaching = mqttPacket.writeToStream.cacheNumbers;
		// It keeps a buffer for each number otherwise. Its buffers of Remaining Lengths cannot be switched off.
		mqttPacket.writeToStream.cacheNumbers = false;
		const rounds = scaled(ROUNDS, effort);
		const warmUp = scaled(WARM_UP, effort);
		const figures: Figure[] = [];
		for (const topic of TOPICS) {
			const fresh = freshMessage(topic);
			const packet = () => generate(fresh());
			const [encode, decode] = [
				await duel(timed(fresh, encodeOurs), timed(fresh, encodeTheirs), rounds, warmUp),
				await duel(
					timed(packet, decodeOurs(new Decoder(1024))),
					timed(packet, decodeTheirs()),
					rounds,
					warmUp,
				),
			];
			figures.push(figure(`encode, topic of ${topic.length} characters`, encode));
			figures.push(figure(`decode, topic of ${topic.length} characters`, decode));
		}
		mqttPacket.writeToStream.cacheNumbers = wasCaching;
		if (sum === 0) throw new Error("nothing was done");
		return figures;
	},
};
