import { type Chapter, client, server } from "./statement.js";

export const FORMAT: readonly Chapter[] = [
	{
		title: "Text (1.5.3)",
		statements: [
			client(
				"1.5.3-1",
				"Text is well-formed UTF-8, without surrogates; ill-formed text closes the connection.",
			),
			client("1.5.3-2", "Text holds no U+0000; one that arrives closes the connection."),
			client("1.5.3-3", "EF BB BF is the character U+FEFF wherever it stands, and is kept."),
		],
	},
	{
		title: "Fixed header and packet ids (2)",
		statements: [
			client("2.2.2-1", "Reserved flags have the values of the table of flags."),
			client("2.2.2-2", "Flags that are not valid close the connection."),
			client("2.3.1-1", "SUBSCRIBE, UNSUBSCRIBE and PUBLISH with QoS 1 or 2 have a packet id that is not 0."),
			client("2.3.1-2", "A new packet gets an id that is not in use."),
			client("2.3.1-3", "A packet sent again has its id again; the id is free once the packet is answered."),
			server("2.3.1-4", "The server's own PUBLISHes follow the same rules, with ids of the server's."),
			client("2.3.1-5", "PUBLISH with QoS 0 has no packet id."),
			client("2.3.1-6", "PUBACK, PUBREC and PUBREL have the id of the PUBLISH they belong to."),
			server("2.3.1-7", "SUBACK and UNSUBACK have the id of the request they answer."),
		],
	},
];
