import { alone, type Chapter, client, server } from "./statement.js";

export const BEHAVIOUR: readonly Chapter[] = [
	{
		title: "Sessions and delivery (4.1 to 4.6)",
		statements: [
			client("4.1.0-1", "Both sides keep the session's state for as long as the session lasts."),
			client("4.1.0-2", "A session lasts at least as long as its network connection."),
			client("4.3.1-1", "QoS 0: PUBLISH with QoS 0 and DUP 0."),
			client("4.3.2-1", "QoS 1, sending: an unused id, DUP 0 at first, unanswered until PUBACK."),
			client(
				"4.3.2-2",
				"QoS 1, receiving: PUBACK once the message has an owner; then its id is a new message's.",
			),
			client(
				"4.3.3-1",
				"QoS 2, sending: PUBLISH until PUBREC, PUBREL until PUBCOMP, no PUBLISH after PUBREL.",
			),
			client("4.3.3-2", "QoS 2, receiving: PUBREC, each message told once until PUBREL, then PUBCOMP."),
			client(
				"4.4.0-1",
				"A session that goes on has unanswered PUBLISHes and PUBRELs sent again, with their ids.",
			),
			alone(
				"4.5.0-1",
				"A message is added to the sessions of all whose subscriptions match.",
				"they are other clients' sessions, and of its own the client gets what comes",
			),
			client("4.5.0-2", "A PUBLISH is acknowledged whether the message is wanted or not."),
			client("4.6.0-1", "PUBLISHes are sent again in the order in which they were sent first."),
			client("4.6.0-2", "PUBACKs go in the order of the PUBLISHes."),
			client("4.6.0-3", "PUBRECs go in the order of the PUBLISHes."),
			client("4.6.0-4", "PUBRELs go in the order of the PUBRECs."),
			alone(
				"4.6.0-5",
				"Each topic is an ordered one unless the server was told otherwise.",
				"it is a setting of the server's, and nothing on the wire tells it",
			),
			server("4.6.0-6", "Messages of one client to one topic come in order: the program gets them so."),
		],
	},
	{
		title: "Topics and errors (4.7, 4.8)",
		statements: [
			client("4.7.1-1", "Wildcards are for filters, not for topic names."),
			client("4.7.1-2", "`#` is alone or behind a separator, and last."),
			client("4.7.1-3", "`+` is a whole level."),
			server("4.7.2-1", "A filter that begins with a wildcard matches no topic that begins with `$`."),
			client("4.7.3-1", "Topic names and filters have a character at least."),
			client("4.7.3-2", "Topic names and filters have no U+0000."),
			client("4.7.3-3", "Topic names and filters have at most 65,535 bytes."),
			client("4.7.3-4", "Topics are compared character by character, nothing is normalized."),
			client("4.8.0-1", "A violation of the protocol closes the connection it came on."),
			client("4.8.0-2", "What cannot be dealt with for the time being closes the connection it came on."),
		],
	},
	{
		title: "WebSocket and conformance (6, 7)",
		statements: [
			client("6.0.0-1", "Packets go in binary messages; any other kind closes the connection."),
			client("6.0.0-2", "Packets and messages need not begin and end together."),
			client("6.0.0-3", "The client asks for the subprotocol `mqtt`."),
			server("6.0.0-4", "The server selects the subprotocol `mqtt`; another one, or none, is refused."),
			alone(
				"7.0.0-1",
				"A server that connects to others is a client too.",
				"it is about servers among themselves",
			),
			client("7.0.0-2", "Nothing beyond the specification is needed to work together."),
			alone(
				"7.1.1-1",
				"A server serves a transport that is ordered and loses nothing.",
				"it is the server's offer",
			),
			client("7.1.2-1", "A client uses a transport that is ordered and loses nothing."),
		],
	},
];
