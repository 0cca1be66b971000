/**
 * A broker with bad manners, for one device: `node broker.js PORT`. It sends a message with QoS 2 twice,
 * the second time as a duplicate, then an empty one and a retained one, and shows what it is sent.
 */
import { createServer } from "node:net";

const TOPIC = Buffer.from("lamp/commands");
const publish = (flags, id, payload) => {
	const body = Buffer.concat([
		Buffer.from([0, TOPIC.length]),
		TOPIC,
		id === undefined ? Buffer.alloc(0) : Buffer.from([id >> 8, id & 255]),
		Buffer.from(payload),
	]);
	return Buffer.concat([Buffer.from([0x30 | flags, body.length]), body]);
};
const NAMES = {
	1: "CONNECT",
	3: "PUBLISH",
	4: "PUBACK",
	5: "PUBREC",
	7: "PUBCOMP",
	8: "SUBSCRIBE",
	14: "DISCONNECT",
};

createServer((socket) => {
	const send = (...bytes) => socket.write(Buffer.from(bytes));
	const later = (delay, bytes) => setTimeout(() => socket.write(bytes), delay);
	socket.on("error", () => {});
	socket.on("close", () => process.stdout.write("closed by the device\n"));
	let data = Buffer.alloc(0);
	socket.on("data", (bytes) => {
		data = Buffer.concat([data, bytes]);
		// Nothing here is longer than 127 bytes, so that its length is one byte.
		for (; data.length >= 2 && data.length >= 2 + data[1]; data = data.subarray(2 + data[1])) {
			const kind = data[0] >> 4;
			if (kind !== 3) process.stdout.write(`received ${NAMES[kind] ?? kind}\n`);
			if (kind === 1) send(0x20, 2, 0, 0);
			if (kind === 5) later(300, Buffer.from([0x62, 2, data[2], data[3]]));
			if (kind === 8) {
				send(0x90, 3, data[2], data[3], 0);
				later(200, publish(4, 7, '{"led_on": true}'));
				later(300, publish(4 | 8, 7, '{"led_on": true}'));
				later(1200, publish(0, undefined, ""));
				later(1400, publish(1, undefined, '{"led_on": false}'));
			}
		}
	});
}).listen(Number(process.argv[2]), "127.0.0.1");
