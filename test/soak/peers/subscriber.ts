/**
 * `subscriber.js PORT FILE`: stores the messages on `peers/+` in a database, each as it comes, with QoS 1 and a session that
 * the broker keeps. A message is acknowledged when it is stored.
 */
import Database from "libsql";
import { connect } from "mqtt";

const [, , port, file] = process.argv as [string, string, string, string];
const database = new Database(file);
database.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
	CREATE TABLE IF NOT EXISTS messages(id INTEGER PRIMARY KEY, sender TEXT NOT NULL, number INTEGER NOT NULL)`);
const insert = database.prepare("INSERT INTO messages(sender, number) VALUES(?, ?)");
const client = connect({
	...{ host: "127.0.0.1", port: Number(port), clientId: "subscriber", clean: false, keepalive: 4 },
	...{ reconnectPeriod: 200, connectTimeout: 2000 },
});
client.on("error", () => {});
client.on("connect", () => client.subscribe("peers/+", { qos: 1 }, () => {}));
client.handleMessage = ({ topic, payload }, done) => {
	insert.run(topic.slice("peers/".length), Number(payload));
	done();
};
process.once("SIGTERM", () => process.exit(0));
