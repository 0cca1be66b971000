import { alone, type Chapter, client, server } from "./statement.js";

export const SUBSCRIBE: readonly Chapter[] = [
	{
		title: "SUBSCRIBE, SUBACK (3.8, 3.9)",
		statements: [
			client("3.8.1-1", "SUBSCRIBE has the flags 0010."),
			client("3.8.3-1", "Topic filters are UTF-8."),
			server("3.8.3-2", "A server without wildcards refuses filters that have them."),
			client("3.8.3-3", "SUBSCRIBE has at least one filter."),
			// Misprinted as 3-8.3-4 in the specification.
			client("3.8.3-4", "The byte behind a filter is a QoS of 0, 1 or 2, its other bits are 0."),
			server("3.8.4-1", "SUBSCRIBE is answered by SUBACK."),
			server("3.8.4-2", "SUBACK has the packet id of the SUBSCRIBE."),
			server(
				"3.8.4-3",
				"A subscription to the same filter replaces the one before; retained messages come again.",
			),
			server("3.8.4-4", "Several filters are as several SUBSCRIBEs, but answered by one SUBACK."),
			server("3.8.4-5", "SUBACK has a return code for each filter: the granted QoS, or that it failed."),
			server(
				"3.8.4-6",
				"A lower QoS may be granted; messages come with the lower of theirs and the granted one.",
			),
			server("3.9.3-1", "The return codes come in the order of the filters."),
			server("3.9.3-2", "The return codes are 0, 1, 2 and 128; others close the connection."),
		],
	},
	{
		title: "UNSUBSCRIBE, UNSUBACK (3.10, 3.11)",
		statements: [
			client("3.10.1-1", "UNSUBSCRIBE has the flags 0010."),
			client("3.10.3-1", "Topic filters are UTF-8, one behind the other."),
			client("3.10.3-2", "UNSUBSCRIBE has at least one filter."),
			alone(
				"3.10.4-1",
				"A filter is compared character by character with the subscriptions, and removed where it is one.",
				"UNSUBACK is the same whether there was such a subscription or not",
			),
			server(
				"3.10.4-2",
				"No new message is begun after that; what is on its way may still come before UNSUBACK.",
			),
			server("3.10.4-3", "The delivery of messages with QoS 1 and 2 that were begun is completed."),
			server("3.10.4-4", "UNSUBSCRIBE is answered by UNSUBACK, with its packet id."),
			server("3.10.4-5", "UNSUBACK comes where there was no such subscription too."),
			server("3.10.4-6", "Several filters are as several UNSUBSCRIBEs, but answered by one UNSUBACK."),
		],
	},
	{
		title: "PINGREQ, DISCONNECT (3.12, 3.14)",
		statements: [
			server("3.12.4-1", "PINGREQ is answered by PINGRESP."),
			server("3.14.1-1", "DISCONNECT with reserved flags is refused: the client leaves them 0."),
			client("3.14.4-1", "After DISCONNECT the client closes the network connection."),
			client("3.14.4-2", "After DISCONNECT the client sends nothing more."),
			server("3.14.4-3", "After DISCONNECT the will is not published."),
		],
	},
];
