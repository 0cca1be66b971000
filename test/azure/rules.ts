/**
 * How far a rule of the hub is proven: `documented` by Microsoft; `observed` in bytes that Microsoft's SDK sent; `source`:
 * read in the SDK's source; `reported` in public issues or logs only; `assumed`: a choice of this emulator where nothing
 * is documented. The two latter count as unproven.
 */
export type Proof = "documented" | "observed" | "source" | "reported" | "assumed";

/** A rule of Azure IoT Hub over MQTT 3.1.1. */
export interface Rule {
	/** Named by the titles of its tests, in brackets. */
	readonly id: string;
	readonly text: string;
	readonly proof: Proof;
}

export interface RuleGroup {
	readonly heading: string;
	readonly rules: readonly Rule[];
}

const documented = (id: string, text: string): Rule => ({ id, text, proof: "documented" });
const observed = (id: string, text: string): Rule => ({ id, text, proof: "observed" });
const reported = (id: string, text: string): Rule => ({ id, text, proof: "reported" });
const assumed = (id: string, text: string): Rule => ({ id, text, proof: "assumed" });

const ENDPOINTS: RuleGroup = {
	heading: "Endpoints",
	rules: [
		documented(
			"endpoints.tls",
			"MQTT goes over TLS 1.2 with ECDHE and AES-GCM, on port 8883; there is no plain port.",
		),
		observed(
			"endpoints.certificate-requested",
			"Every handshake asks for a client certificate; none is needed.",
		),
		documented(
			"endpoints.websocket",
			"MQTT over WebSocket is on the HTTPS port, path `/$iothub/websocket`, subprotocol `mqtt`.",
		),
	],
};

const CONNECT: RuleGroup = {
	heading: "CONNECT",
	rules: [
		documented(
			"connect.client-id",
			"The client id is `dev1`, of a module `dev1/mod1`: what the user name names.",
		),
		observed(
			"connect.flags",
			"Microsoft's SDK connects with clean=0, keep-alive 180; no password with a certificate.",
		),
		documented(
			"connect.username",
			"The user name is `{host}/{device}/?api-version=2021-04-12`; 2018-06-30 and 2020-09-30 are accepted.",
		),
		documented(
			"connect.username-legacy",
			"The old spelling `{host}/{device}/api-version=2016-11-14` is accepted.",
		),
		documented("connect.username-module", "A module's is `{host}/{device}/{module}/?api-version=…`."),
		documented(
			"connect.username-fields",
			"`DeviceClientType` and `model-id` may be there in any order, encoded or not.",
		),
		reported(
			"connect.no-api-version",
			"Without an API version the client connects, and reported properties are answered 400.",
		),
		documented("connect.sas", "The password is `SharedAccessSignature sr=…&sig=…&se=…[&skn=…]`."),
		documented("connect.sas-order", "The token's fields are in any order."),
		documented(
			"connect.sas-literal",
			"The signature is over `sr` as it stands in the token, a line feed, and `se`.",
		),
		documented("connect.sas-prefix", "`sr` may be a prefix of the resource, by path segment."),
		documented("connect.sas-case", "Ids of devices are case-sensitive."),
		documented("connect.sas-two-keys", "A device has two keys; either signs."),
		documented(
			"connect.sas-module",
			"The resource of a module is `{host}/devices/{device}/modules/{module}`.",
		),
		observed("connect.sas-vector", "Tokens of Microsoft's SDK for a known key are accepted."),
		documented(
			"connect.sas-policy",
			"`skn` names a policy, whose key signs, and which must have the right to connect devices.",
		),
		documented("connect.token-expiry", "An expired token is refused; one that expires ends the connection."),
		observed("connect.renewal", "A token is renewed by DISCONNECT and a new CONNECT."),
		documented(
			"connect.x509",
			"With a certificate there is no password; it is known by its thumbprint or by its CA.",
		),
		reported("connect.refused", "Bad credentials are answered with CONNACK 5."),
		assumed(
			"connect.client-id-refused",
			"A client id that the user name does not name is answered with CONNACK 2.",
		),
		assumed("connect.protocol", "Another protocol level than MQTT 3.1.1's is answered with CONNACK 1."),
		reported("connect.session-present", "CONNACK says that a session is present whenever clean is 0."),
	],
};

const TOPICS: RuleGroup = {
	heading: "Topics",
	rules: [
		documented("topics.telemetry", "Telemetry goes to `devices/{d}/messages/events/{bag}` with QoS 0 or 1."),
		documented(
			"topics.module-telemetry",
			"A module's goes to `devices/{d}/modules/{m}/messages/events/{bag}`, to an output by `$.on`.",
		),
		documented("topics.c2d-filter", "Messages to a device come by `devices/{d}/messages/devicebound/#`."),
		documented(
			"topics.module-input-filter",
			"Messages to a module come by `devices/{d}/modules/{m}/inputs/#`, or `…/#`.",
		),
		documented("topics.twin-responses", "Answers about the twin come by `$iothub/twin/res/#`."),
		documented("topics.twin-get", "The twin is read by `$iothub/twin/GET/?$rid=`."),
		documented(
			"topics.twin-report",
			"Properties are reported by `$iothub/twin/PATCH/properties/reported/?$rid=`.",
		),
		documented("topics.desired", "Desired properties come by `$iothub/twin/PATCH/properties/desired/#`."),
		documented("topics.methods", "Methods come by `$iothub/methods/POST/#`."),
		documented("topics.method-response", "Methods are answered by `$iothub/methods/res/{status}/?$rid=`."),
	],
};

const MESSAGES: RuleGroup = {
	heading: "Properties and messages to a device",
	rules: [
		documented("bag.encoding", "A property bag is `name=value` joined by `&`, both URL-encoded."),
		documented("bag.null", "A null value is `key`, an empty one `key=`."),
		documented("bag.system", "System properties are `$.mid $.cid $.uid $.ct $.ce $.exp $.sub $.to $.on`."),
		documented("bag.question-mark", "A bag may begin with `?`, as some documents show it."),
		observed("bag.observed", "A bag as Microsoft's SDK writes it is read."),
		documented("c2d.topic", "A message to a device comes at `devices/{d}/messages/devicebound/{bag}`."),
		documented("c2d.queue", "At most 50 messages wait for a device."),
		documented("c2d.ttl", "A message waits for one hour unless it says otherwise."),
		documented("c2d.size", "A message to a device has at most 64 KB."),
		assumed(
			"c2d.redelivery",
			"What was not acknowledged comes again at the next connection with DUP, not on the same one.",
		),
	],
};

const TWINS: RuleGroup = {
	heading: "Twins",
	rules: [
		documented(
			"twin.get",
			"The answer is 200 with `desired` and `reported`, each with `$version`; the body of the request is empty, or a space.",
		),
		documented("twin.reported", "A report is answered 204 with `$version`, without a body."),
		documented("twin.bad-json", "What is not JSON is answered 400."),
		documented("twin.throttled", "A throttled request is answered 429."),
		observed("twin.error-body", "An error has the body `{errorCode, trackingId, message, timestampUtc}`."),
		documented("twin.desired-push", "A push has `$version` in its topic and its body; null deletes."),
		documented("twin.null-deletes", "A patch is merged, and null deletes."),
		documented("twin.online-only", "Pushes go only to a client that is there and has subscribed."),
		documented(
			"twin.reconnect",
			"Who is back subscribes, reads the twin, and ignores pushes with an older version.",
		),
		documented("twin.section-size", "A section has at most 32 KB."),
		documented("twin.depth", "A section has at most 10 levels."),
		documented("twin.key", "A key has at most 1 KB, and no dot, dollar sign, space or control character."),
		documented("twin.string", "A string has at most 4 KB."),
	],
};

const METHODS: RuleGroup = {
	heading: "Direct methods",
	rules: [
		documented(
			"methods.request",
			"A call comes at `$iothub/methods/POST/{name}/?$rid=` with JSON or an empty body.",
		),
		documented("methods.size", "Body and answer have at most 128 KB."),
		documented("methods.timeout", "A call is given up after 30 s unless it says otherwise."),
		documented("methods.unknown", "A method that the device does not have is answered, with 404."),
		assumed("methods.bad-response", "An answer that is not JSON, or too large, closes the connection."),
		documented(
			"methods.offline",
			"A call for a device that is not there is refused, or waits as long as it says.",
		),
	],
};

const HUB: RuleGroup = {
	heading: "The hub",
	rules: [
		documented("hub.qos-2", "A message with QoS 2 closes the connection."),
		documented("hub.suback", "SUBACK grants at most QoS 1."),
		documented("hub.retain", "RETAIN is not kept: the message gets the property `mqtt-retain`."),
		documented("hub.will-topic", "A will goes to the client's events topic."),
		assumed(
			"hub.will-refused",
			"A will to another topic, or with QoS 2, closes the connection without CONNACK.",
		),
		documented(
			"hub.will-property",
			"A will is sent when the connection ends without DISCONNECT, with `iothub-MessageType=Will`.",
		),
		documented(
			"hub.clean-0",
			"With clean=0 subscriptions persist; messages that wait come right behind CONNACK.",
		),
		documented("hub.clean-1", "With clean=1 nothing comes before SUBSCRIBE."),
		documented("hub.one-connection", "An identity has one connection: the newest wins."),
		documented("hub.five-subscriptions", "A client has at most five subscriptions."),
		assumed("hub.connect-timeout", "A connection without CONNECT ends after 30 s."),
		documented("hub.keep-alive", "A client counts as gone after 1.5 times its keep-alive, at most 1767 s."),
		assumed("hub.keep-alive-0", "A keep-alive of 0 counts as the longest."),
		documented("hub.telemetry-size", "A message to the hub has at most 256 KB with its properties."),
		assumed(
			"hub.size-counted",
			"A size is that of the body and of the properties' names and values, decoded.",
		),
		documented("hub.error-closes", "Where AMQP would return an error, the connection is closed."),
		documented("hub.telemetry-throttle", "Throttled telemetry closes the connection, without an answer."),
		documented("hub.pnp-component", "Telemetry of a component has `$.sub`."),
		documented("hub.documented-topics", "Only documented topics and filters are accepted."),
		documented(
			"hub.c2d-no-reject",
			"A message to a device can only be completed: MQTT has no reject or abandon.",
		),
	],
};

/** All rules, in the order of the document. */
export const RULES: readonly RuleGroup[] = [ENDPOINTS, CONNECT, TOPICS, MESSAGES, TWINS, METHODS, HUB];
