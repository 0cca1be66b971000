import type { FailureGroup } from "./failure.js";

const TOLD = "is told with its code and reason, at its time, and leads to backoff";

export const NETWORK: readonly FailureGroup[] = [
	{
		title: "Connections that die quietly",
		failures: [
			{
				what: "TCP is half open: what is sent with QoS 0 goes nowhere, and nobody says so",
				answer: "pings when nothing comes, whatever is sent, and when nothing is sent, whatever comes",
				tests: {
					"mqtt/session-keep-alive": [
						"the keep-alive of a session, with $clock > pings when nothing comes, though messages with QoS 0 leave: half-open TCP",
					],
					"connectivity/keep-alive": [
						"a broker that is not there any more > is found out by a ping, also while telemetry goes out into nothing",
						"a broker that is not there any more > is found out when there is no room left for what goes out",
					],
				},
			},
			{
				what: "a large message holds PINGRESP up",
				answer:
					"takes any byte for a sign of life, but waits no longer than the keep-alive; behind a message larger than the receive buffer, counted from its end",
				tests: {
					"mqtt/session-keep-alive": [
						"the keep-alive of a session, with $clock > takes any byte for a sign of life, but only up to the keep-alive",
						"the keep-alive of a session, with $clock > waits for the answer behind a message that is long in coming, and goes on asking",
					],
					"connectivity/bad-broker": [
						"a broker that sends 256 MB > is taken for alive while it comes, however long that takes, and not for longer",
					],
				},
			},
			{
				what: "a large message takes longer to leave than an answer may take",
				answer: "counts the time for the answer from when bytes of it left last",
				tests: {
					"connectivity/session": [
						"a large message on a slow link > is waited for while it leaves, longer than for an answer",
						"a large message on a slow link > is given up when it does not leave any more",
					],
				},
			},
			{
				what: "a ping of the old connection is held against the new one",
				answer: "begins each connection without one",
				tests: {
					"mqtt/session-keep-alive": [
						"the keep-alive of a session, with $clock > does not carry a ping over to the next connection",
					],
					"connectivity/keep-alive": [
						"a broker that is not there any more > is not taken for gone on a new connection because of a ping on the old one",
					],
				},
			},
			{
				what: "the network takes no bytes any more, not even the ping",
				answer: "gives the connection up in the same time",
				tests: {
					"mqtt/session-keep-alive": [
						"the keep-alive of a session, with $clock > closes though the network takes no bytes, not even the ping",
					],
					"connectivity/failures": [`a network that takes nothing once it is open > ${TOLD}`],
				},
			},
			{
				what: "sockets take or bring a part of a packet",
				answer: "goes on where it was, byte by byte if need be",
				tests: {
					"connectivity/transport": ["over $edition > sends all, in order, with room for %i bytes"],
					"connectivity/online": ["with $name > comes online, hears and answers"],
					"mqtt/decode": ["decodes > $name in any two pieces"],
				},
			},
		],
	},
	{
		title: "Connecting",
		failures: [
			{
				what: "the resolver never answers, or answers too late",
				answer: "gives up in time; a late answer means nothing",
				tests: {
					"connectivity/failures": [
						`a resolver that hangs > ${TOLD}`,
						"an answer of the resolver that comes too late > $name means nothing",
					],
				},
			},
			{
				what: "the broker has moved, and the old address is kept",
				answer: "resolves the name anew for each try",
				tests: {
					"connectivity/failures": ["resolves the name anew for each try, and connects to what that gave"],
				},
			},
			{
				what: "opening the connection never ends",
				answer: "gives up in time",
				tests: { "connectivity/failures": [`a connect that hangs > ${TOLD}`] },
			},
			{
				what: "a TLS server stalls in the handshake",
				answer: "gives up in time, says at what, and tries again",
				tests: {
					"connectivity/tls": [
						"a link with TLS > gives up a handshake that stalls, says so, and tries again",
					],
				},
			},
			{
				what: "CONNACK never comes, or a byte at a time without an end",
				answer: "gives up in time, counted from CONNECT",
				tests: {
					"mqtt/session-connect": [
						"without CONNACK, with $clock > the connection is closed after the response timeout",
						"without CONNACK, with $clock > though bytes of something come in",
					],
					"connectivity/failures": [
						`a broker that accepts and stays silent > ${TOLD}`,
						`an answer that comes too slowly > ${TOLD}`,
					],
				},
			},
			{
				what: "a fleet that was cut off together comes back together",
				answer: "waits longer each time, less a part by chance",
				tests: {
					"connectivity/backoff": [
						"stays between half of the full waiting time and all of it, in whole milliseconds",
					],
					"connectivity/failures": ["backoff > lies between half of that and all of it, by chance"],
				},
			},
			{
				what: "connections that are accepted and ended at once make the waiting begin anew",
				answer: "begins anew only after a connection that lasted",
				tests: {
					"connectivity/failures": ["backoff > starts anew only after a stable connection: $lasting ms"],
				},
			},
			{
				what: "two devices with one client id cut each other off",
				answer: "comes back less and less often",
				tests: {
					"connectivity/bad-broker": [
						"two devices with one client id > cut each other off less and less often [MQTT-3.1.4-2]",
					],
				},
			},
			{
				what: "the clock of 32 bits wraps, or shows another sign",
				answer: "compares differences only; there is no wall clock in it",
				tests: {
					"mqtt/answer-time": ["elapsed time > is the same whatever the clock makes of times"],
					"mqtt/session-keep-alive": ["the time of a session > may wrap any number of times"],
					"connectivity/clock-wrap": ["lives the same on a clock that starts at %i"],
				},
			},
		],
	},
];
