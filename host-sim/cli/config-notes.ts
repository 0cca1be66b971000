/** What is to be known of a configuration's key. */
export interface Note {
	/** What it is for, with its unit. */
	readonly note: string;
	/** A value for a key without a default, for the annotated file; there it is a comment. */
	readonly example?: unknown;
	/** A value that the annotated file gives, as something has to be there. */
	readonly value?: unknown;
}

/** By dotted key; `0` stands for each item of a list. A test looks that none is missing, and none is left over. */
export const NOTES: Readonly<Record<string, Note>> = Object.freeze({
	$schema: {
		note: "The JSON Schema of this file (nightlight config --schema), for an editor.",
		example: "./lamp.schema.json",
	},
	id: { note: "The device's own name: in its topics and its client id.", value: "nightlight" },
	groups: {
		note: "Its groups, at most 8: it also obeys what comes on groups/NAME/commands. Not at an Azure IoT Hub.",
	},
	broker: { note: "Where the broker is." },
	"broker.protocol": { note: "MQTT over TCP, over TLS, over a WebSocket, over a WebSocket in TLS." },
	"broker.host": {
		note: "A host name of at most 253 characters or an IP address. With TLS the broker's certificate must name it.",
		value: "127.0.0.1",
	},
	"broker.port": { note: "Without it, the protocol's usual one: 1883, 8883, 80, 443.", example: 1883 },
	"broker.path": { note: "The path of a WebSocket." },
	mqtt: { note: "The MQTT session." },
	"mqtt.clientId": {
		note: "The device's client id; without it, the id and `nightlight_client`. The server has its own.",
		example: "lamp-1",
	},
	"mqtt.username": { note: "For a broker that wants a login.", example: "lamp" },
	azure: { note: "Azure IoT Hub in place of a broker and the topics below; id and broker come from it." },
	"azure.connectionString": {
		note: "The connection string of a device or a module: a reference, never the string itself.",
		example: { file: "device.connection" },
	},
	"azure.tokenLifetime": {
		note: "For how long a token of the key is made, in milliseconds; it is replaced after three quarters.",
	},
	"mqtt.password": {
		note: "Its password: a reference, never the password itself.",
		example: { file: "password.txt" },
	},
	"mqtt.keepAlive": { note: "Milliseconds of silence after which broker and device may give up; 0: never." },
	"mqtt.cleanSession": { note: "Whether broker and device forget each other between connections." },
	"mqtt.receiveBuffer": { note: "Bytes; a larger message is skipped and reported." },
	"mqtt.inFlight": { note: "Messages with QoS 1 and 2 in flight at most." },
	"mqtt.maximumPacket": { note: "Bytes of the largest packet to send." },
	"mqtt.attempts": {
		note: "Accepted connections in a row that may end without any answer while a message is the oldest in flight, before it is given up; 0: any number.",
	},
	"mqtt.responseTimeout": { note: "Milliseconds to wait for any answer of the broker." },
	wifi: { note: "The Wi-Fi network of a board that joins one itself, and of `--radio on`." },
	"wifi.ssid": { note: "Its name.", example: "home" },
	"wifi.password": {
		note: "Its password: a reference, never the password itself. Without it, an open network.",
		example: { file: "wifi-password.txt" },
	},
	"wifi.timeServer": { note: "Which server the device asks for the time, over SNTP." },
	reconnect: { note: "Trying again after a failure: from `initial`, doubling, up to `maximum`." },
	"reconnect.initial": { note: "Milliseconds." },
	"reconnect.maximum": { note: "Milliseconds." },
	"reconnect.stable": {
		note: "Milliseconds that a connection must last before the next failure starts from `initial`.",
	},
	"reconnect.timeout": { note: "Milliseconds to resolve the name, and again to open the connection." },
	telemetry: { note: "What the device reports, and when." },
	"telemetry.interval": { note: "Milliseconds between reports." },
	"telemetry.sample": { note: "Milliseconds between readings; without it, the interval.", example: 50 },
	"telemetry.threshold": {
		note: "A reading of the first sensor that crosses it is reported at once.",
		example: 300,
	},
	"telemetry.qos": { note: "QoS of telemetry messages." },
	"telemetry.minimumInterval": { note: "Milliseconds between reports at least, whatever happens." },
	"telemetry.maximumInterval": {
		note: "Milliseconds between reports at most, where each sensor has a deadband.",
	},
	"telemetry.time": {
		note: "A `time` field with the time of the reading: ISO 8601, or milliseconds since 1970.",
	},
	"telemetry.sensors": { note: "The sensors, in the order of the message's fields." },
	"telemetry.sensors.0.name": { note: "Its field in the message." },
	"telemetry.sensors.0.pin": { note: "The name of its pin on the board." },
	"telemetry.sensors.0.minimum": { note: "What it measures at no voltage, in its unit." },
	"telemetry.sensors.0.maximum": { note: "What it measures at full scale; more than the minimum." },
	"telemetry.sensors.0.deadband": {
		note: "A reading is worth a report when it differs by this much from the last report; 0: each is.",
	},
	outbox: { note: "What becomes of readings while there is no connection, or no answer." },
	"outbox.policy": {
		note: "After an outage the device sends the newest reading only, or no reading of that time, or all of them in order. `keep` survives restarts and power cuts.",
	},
	"outbox.delivery": {
		note: "Whose answer ends the waiting: the broker's, or the server's, which says that the reading is stored. Both need telemetry.qos 1 or 2.",
	},
	"outbox.messages": { note: "Readings that wait at most." },
	"outbox.bytes": { note: "Characters of their payloads at most." },
	"outbox.full": { note: "Which readings are dropped when it is full." },
	"outbox.drainInterval": { note: "Milliseconds between two late readings at least." },
	"outbox.expires": {
		note: "Milliseconds; older readings are dropped. Without it: none.",
		example: 604_800_000,
	},
	"outbox.ackTimeout": {
		note: "Milliseconds to wait for the server's answer before readings are sent again; doubled each time.",
	},
	"outbox.server": { note: "The server's name (--name): other servers' answers do not count." },
	fallback: { note: "The rule on the device itself, for as long as no server decides." },
	"fallback.after": {
		note: "Milliseconds without a connection before the device decides itself; without it, it never does.",
		example: 30_000,
	},
	"fallback.threshold": { note: "The LED is on below it, by the first sensor." },
	"fallback.hysteresis": { note: "How far above the threshold the LED goes off again." },
	"fallback.whenSilent": {
		note: "Whether the device also decides while it is connected, and neither command nor answer comes although two readings went out.",
	},
	commands: { note: "The commands that the device obeys." },
	"commands.qos": { note: "QoS of the subscription." },
	topics: {
		note: "The topics, for device and server; {id} in one stands for the device's id, null: it is not used. Those that begin with $ are the broker's.",
	},
	"topics.telemetry": { note: "Where the device reports its readings. The server needs it." },
	"topics.commands": { note: "Where the device takes commands. The server needs it." },
	"topics.status": {
		note: "Where the device says that it is online, and its will that it is offline; retained.",
	},
	"topics.state": { note: "Where the device says whether its LED is on; retained." },
	"topics.responses": { note: "Where the device answers commands that have an id." },
	"topics.acks": { note: "Where the server answers readings, with outbox.delivery `server`." },
	tls: {
		note: "Certificates for mqtts and wss; the simulator and the server read them, a board has its own.",
	},
	"tls.ca": { note: "The CAs to trust, in PEM. Without it: those of Node.", example: { file: "ca.pem" } },
	"tls.cert": {
		note: "Our own certificate, where the broker asks for one, in PEM.",
		example: { file: "lamp.pem" },
	},
	"tls.serverName": {
		note: "The name that the broker must prove to have, if it is not the host's (SNI).",
		example: "broker.example",
	},
	"tls.alpn": { note: "Names of protocols for ALPN, the best first.", example: ["mqtt"] },
	"tls.key": { note: "Its key, in PEM.", example: { file: "lamp.key" } },
});
