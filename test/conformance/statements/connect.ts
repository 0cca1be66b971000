import { alone, type Chapter, client, server } from "./statement.js";

export const CONNECT: readonly Chapter[] = [
	{
		title: "CONNECT (3.1)",
		statements: [
			client("3.1.0-1", "CONNECT is the first packet on a network connection."),
			server("3.1.0-2", "A second CONNECT is a violation, and ends the connection: the client sends one."),
			server("3.1.2-1", "A wrong protocol name is not served as MQTT 3.1.1: the client says `MQTT`."),
			server("3.1.2-2", "A protocol level not supported is answered with return code 1, then closed."),
			client("3.1.2-3", "The reserved flag is 0; a server closes otherwise."),
			client("3.1.2-4", "Without clean session both sides go on with the session, and keep it afterwards."),
			server(
				"3.1.2-5",
				"While the client is away, messages with QoS 1 and 2 for its subscriptions are kept.",
			),
			client("3.1.2-6", "A clean session begins with nothing, and nothing of it is used again."),
			alone(
				"3.1.2-7",
				"Retained messages outlive sessions.",
				"they lie on the server, and come with a subscription",
			),
			server("3.1.2-8", "A will is published when the connection ends without DISCONNECT."),
			client("3.1.2-9", "With the will flag, the topic and the message of the will are there."),
			alone(
				"3.1.2-10",
				"A will is forgotten once it is published, or after DISCONNECT.",
				"the client is gone; its next CONNECT brings a will of its own",
			),
			client(
				"3.1.2-11",
				"Without the will flag, its QoS and RETAIN are 0, its topic and message are left out.",
			),
			alone("3.1.2-12", "Without the will flag nothing is published.", "the client is gone by then"),
			client("3.1.2-13", "Without the will flag, the will's QoS is 0."),
			client("3.1.2-14", "The will's QoS is 0, 1 or 2."),
			client("3.1.2-15", "Without the will flag, the will's RETAIN is 0."),
			server(
				"3.1.2-16",
				"A will without RETAIN is published as not retained: the client leaves the flag out.",
			),
			server("3.1.2-17", "A will with RETAIN is published as retained: the client sets the flag."),
			client("3.1.2-18", "Without its flag there is no user name."),
			client("3.1.2-19", "With its flag there is a user name."),
			client("3.1.2-20", "Without its flag there is no password."),
			client("3.1.2-21", "With its flag there is a password."),
			client("3.1.2-22", "There is no password without a user name."),
			client(
				"3.1.2-23",
				"No more than the keep-alive passes between packets; PINGREQ where there is no other.",
			),
			server(
				"3.1.2-24",
				"A client silent for one and a half keep-alives is cut off: the client is never so long.",
			),
			client(
				"3.1.3-1",
				"The fields come in order: client id, will topic, will message, user name, password.",
			),
			client(
				"3.1.3-2",
				"The client id names the state that both sides keep: it is the same on each connection.",
			),
			client("3.1.3-3", "The client id is there, and is the first field."),
			client("3.1.3-4", "The client id is UTF-8."),
			server("3.1.3-5", "Client ids of 1 to 23 ASCII letters and digits are taken."),
			server("3.1.3-6", "An empty client id may be taken; the server then makes one up."),
			client("3.1.3-7", "An empty client id comes with a clean session only."),
			server(
				"3.1.3-8",
				"An empty client id without a clean session is refused with return code 2, then closed.",
			),
			server("3.1.3-9", "A client id not taken is refused with return code 2, then closed."),
			client("3.1.3-10", "The will's topic is UTF-8."),
			client("3.1.3-11", "The user name is UTF-8."),
			server("3.1.4-1", "A CONNECT that is not right is closed without CONNACK."),
			server("3.1.4-2", "A second client with the same id has the first one cut off."),
			server("3.1.4-3", "Clean session is dealt with as it says, before CONNACK."),
			server("3.1.4-4", "A good CONNECT is answered by CONNACK with return code 0."),
			server(
				"3.1.4-5",
				"After a refusal nothing the client sent is looked at: it sends nothing before CONNACK.",
			),
		],
	},
	{
		title: "CONNACK (3.2)",
		statements: [
			server("3.2.0-1", "CONNACK is the first packet of a server's; anything before it closes."),
			server("3.2.2-1", "After a clean session the session is not present."),
			server("3.2.2-2", "Session present says that the server has kept the session."),
			server("3.2.2-3", "Without a kept session, session present is 0."),
			server("3.2.2-4", "In a refusal session present is 0."),
			server("3.2.2-5", "After a refusal the connection is closed."),
			server("3.2.2-6", "Where no return code fits, the connection is closed without CONNACK."),
		],
	},
];
