import type { FailureGroup } from "./failure.js";

export const BAD_INPUT: readonly FailureGroup[] = [
	{
		title: "Servers that misbehave",
		failures: [
			{
				what: "a broker acknowledges what was never sent",
				answer: "closes with the reason; nothing under way is lost",
				tests: {
					"mqtt/session-publish": ["publish with QoS 1 > closes on PUBACK for a packet id $name"],
					"mqtt/session-qos2-send": ["an answer that does not fit > $name closes, and nothing is lost"],
					"connectivity/bad-broker": [
						"a broker that acknowledges what was never sent > with $name is left, with a reason, and tried again [MQTT-4.8.0-1]",
					],
				},
			},
			{
				what: "a broker never acknowledges",
				answer: "closes in time, and sends again on the next connection",
				tests: {
					"mqtt/session-unacknowledged": [
						"without PUBACK, with $clock > the connection is closed after the response timeout, for the message to be sent again",
					],
					"connectivity/bad-broker": [
						"a broker that never acknowledges > is left in time, and the message sent again to the next, QoS $qos",
					],
				},
			},
			{
				what: "a broker closes at each PUBLISH, or at each with QoS 2",
				answer: "sets the message aside after some connections, says so, and goes on with the next",
				tests: {
					"connectivity/bad-broker": [
						"a broker that closes at each PUBLISH of a kind > has the message set aside, said, and the next one sent, QoS %i [MQTT-3.3.5-2]",
					],
				},
			},
			{
				what: "a broker refuses the subscription with 0x80",
				answer: "reports it, and lives on",
				tests: {
					"mqtt/session-subscribe": ["subscribe > is refused, as without wildcards [MQTT-3.8.3-2]"],
					"connectivity/online": [
						"a refused subscription > is reported, and the device lives [MQTT-3.8.4-5]",
					],
				},
			},
			{
				what: "a broker sends 256 MB, or says that it will",
				answer: "holds no more than the receive buffer",
				tests: {
					"mqtt/decode-oversize": ["memory > is bounded for $name, and for what comes of it"],
					"connectivity/bad-broker": [
						"a broker that sends 256 MB > has the message told as too large at once, and skipped as it comes",
					],
				},
			},
			{
				what: "a Remaining Length goes on and on, or beyond what a packet may have",
				answer: "closes at the byte that makes it wrong",
				tests: {
					"mqtt/decode-malformed": [
						"a decoder that is given > a Remaining Length without an end says so, and is silent ever after",
						"a wrong packet is refused before its body is there > a fifth byte of Remaining Length",
						"a wrong packet is refused before its body is there > a PINGRESP of 256 MB",
					],
				},
			},
			{
				what: "a broker never releases messages with QoS 2",
				answer: "keeps 64 ids, and closes on one more",
				tests: {
					"mqtt/session-qos2-receive": [
						"messages that the broker does not release > are at most 64; repetitions and other messages still come, one more closes [MQTT-4.8.0-2]",
					],
				},
			},
			{
				what: "a web server, or another program, where the broker should be",
				answer: "closes with the reason, and tries again later",
				tests: {
					"connectivity/failures": [
						"a web server > is told with its code and reason, at its time, and leads to backoff",
						"a web server > is tried again for as long as it lasts, a minute apart in the end",
					],
				},
			},
			{
				what: "a broker closes right behind what it sends, and the socket refuses to write",
				answer: "takes what came, and comes back",
				tests: {
					"connectivity/online": [
						"a broker that closes right after what it sends > $name: the message counts, and the device comes back",
					],
				},
			},
			{
				what: "a WebSocket server selects another subprotocol, or none",
				answer: "refuses it with the reason",
				tests: {
					"connectivity/websocket": [
						"over a WebSocket > a server that selects $name is left, with the reason, and tried again [MQTT-6.0.0-4]",
					],
					"websocket/handshake": [
						"an answer > is refused: no subprotocol [MQTT-6.0.0-4]",
						"an answer > is refused: another subprotocol [MQTT-6.0.0-4]",
					],
					"websocket/websocket": [
						"a WebSocket fails, once, later and with a reason, > when the server selects another subprotocol [MQTT-6.0.0-4]",
					],
				},
			},
			{
				what: "a WebSocket server takes the connection and never answers",
				answer: "gives up in time",
				tests: {
					"connectivity/websocket": [
						"over a WebSocket > a server that accepts the connection and never answers is given up in time",
					],
				},
			},
			{
				what: "a WebSocket server sends text frames",
				answer: "closes with 1003",
				tests: {
					"connectivity/websocket": [
						"over a WebSocket > a broker that sends text frames is left, with the reason [MQTT-6.0.0-1]",
					],
					"websocket/websocket": [
						"a WebSocket fails, once, later and with a reason, > for text [MQTT-6.0.0-1]",
					],
				},
			},
			{
				what: "a WebSocket server fragments, and cuts packets anywhere",
				answer: "reads the bytes of messages as one stream",
				tests: {
					"connectivity/websocket": [
						"over a WebSocket > MQTT is the same with %s [MQTT-6.0.0-1] [MQTT-6.0.0-2]",
					],
					"websocket/decode": [
						"frames of a server > a message in fragments (RFC 6455, 5.4) [MQTT-6.0.0-2]",
						"whatever a server sends > is what npm's ws wrote, wherever it is cut",
						"whatever a server sends > is handed on as it comes, a message of 256 MB too, and never gathered",
					],
				},
			},
		],
	},
];
