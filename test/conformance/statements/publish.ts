import { alone, type Chapter, client, server } from "./statement.js";

export const PUBLISH: readonly Chapter[] = [
	{
		title: "PUBLISH, PUBREL (3.3, 3.6)",
		statements: [
			client("3.3.1-1", "DUP is 1 when a PUBLISH is sent again."),
			client("3.3.1-2", "DUP is 0 with QoS 0."),
			server("3.3.1-3", "DUP says that this PUBLISH was sent before, and nothing about the sender's own."),
			client("3.3.1-4", "There is no QoS 3; one that arrives closes the connection."),
			server("3.3.1-5", "A message with RETAIN is kept for later subscribers: the client sets the flag."),
			server("3.3.1-6", "A new subscription brings the retained messages that match it."),
			alone(
				"3.3.1-7",
				"A retained message with QoS 0 takes the place of the one before.",
				"what is kept lies on the server; the client gets what there is",
			),
			server("3.3.1-8", "A message that comes because of a new subscription has RETAIN 1."),
			server("3.3.1-9", "A message that comes because of a standing subscription has RETAIN 0."),
			client("3.3.1-10", "An empty payload is a message; with RETAIN it clears what was retained."),
			alone("3.3.1-11", "An empty message is not retained.", "what is kept lies on the server"),
			alone(
				"3.3.1-12",
				"A message without RETAIN changes nothing that is retained.",
				"what is kept lies on the server; the client only leaves the flag out",
			),
			client("3.3.2-1", "The topic name comes first, and is UTF-8."),
			client("3.3.2-2", "A topic name has no wildcards."),
			server("3.3.2-3", "The topic name of a message matches the client's subscription."),
			client("3.3.4-1", "A PUBLISH is answered as its QoS says."),
			server(
				"3.3.5-1",
				"Where subscriptions overlap, a message may come more than once; each is one of its own.",
			),
			server(
				"3.3.5-2",
				"A PUBLISH that is not allowed is acknowledged all the same, or the connection closed.",
			),
			client("3.6.1-1", "PUBREL has the flags 0010; others close the connection."),
		],
	},
];
