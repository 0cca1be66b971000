/**
 * `mqttjs.js PORT FOLDER NAME QUOTA`: MQTT.js as a sender of the numbers up to QUOTA, with QoS 1, a session that the broker
 * keeps and stores in files. It has at most 64 messages under way.
 */
import { join } from "node:path";
import { connect } from "mqtt";
import { countIn, NumberList } from "../number-list.js";
import { FileStore } from "./file-store.js";

const [, , port, folder, name, quota] = process.argv as [string, string, string, string, string, string];
const sent = new NumberList(join(folder, `${name}.list`));
const acknowledged = new NumberList(join(folder, `${name}.acked`));
let given = countIn(join(folder, `${name}.list`));
const outgoingStore = new FileStore(join(folder, name, "outgoing"), (number) => acknowledged.add(number));
const client = connect({
	...{ host: "127.0.0.1", port: Number(port), clientId: name, clean: false, keepalive: 4 },
	...{ reconnectPeriod: 200, connectTimeout: 2000 },
	...{ outgoingStore, incomingStore: new FileStore(join(folder, name, "incoming")) },
});
client.on("error", () => {});
setInterval(() => {
	if (outgoingStore.size >= 64 || given >= Number(quota)) return;
	sent.add(++given);
	client.publish(`peers/${name}`, String(given), { qos: 1 }, () => {});
}, 10);
process.once("SIGTERM", () => process.exit(0));
