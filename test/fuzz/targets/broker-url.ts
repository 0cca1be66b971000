import { parseBrokerUrl, brokerUrl as urlOf } from "../../../server/broker-address.js";
import { bytesOf, looseText } from "../bytes.js";
import { spoilt } from "../mutate.js";
import { demand, type Target, unless } from "../target.js";

const SCHEMES = ["mqtt://", "mqtts://", "ws://", "wss://", "MQTT://", "http://", "mqtt:", "", "://"];
const HOSTS = [
	"127.0.0.1",
	"broker.test",
	"[::1]",
	"[fe80::1%25eth0]",
	"é.test",
	"",
	"a b",
	"xn--a",
	"1.2.3",
	"0x7f.1",
	"%41",
	"[fe80::1%eth0]",
	"b\u00fccher.test",
	"broker.test.",
	"[::1",
	"a..b",
	"127.1",
];
const PORTS = ["", ":1883", ":0", ":65535", ":65536", ":-1", ":", ":a"];
const ENDS = ["", "", "/", "/mqtt", "/mqtt?a=b", "#x", "?x", "/%00", "/ a"];
const LOGIN = "user:s3cret@";

export const brokerUrl: Target = {
	name: "broker-url",
	covers: ["server/broker-address.ts"],
	share: 2,
	generate: (random) => {
		const login = random.chance(0.1) ? LOGIN : "";
		const usual = <T>(list: readonly T[]) => list[random.small(list.length)];
		const text = `${usual(SCHEMES)}${login}${usual(HOSTS)}${usual(PORTS)}${usual(ENDS)}`;
		return spoilt(bytesOf(text), random, 0.6);
	},
	run: (input) => {
		const text = looseText(input);
		let problem = "";
		const address = unless(RangeError, () => {
			try {
				return parseBrokerUrl(text);
			} catch (error) {
				problem = (error as Error).message;
				throw error;
			}
		});
		if (address === undefined) {
			demand(
				problem !== "" && !problem.includes("\n") && !problem.includes("s3cret"),
				"tells too little or too much",
			);
			return "refused";
		}
		const { protocol, host, serverName, port, path } = address;
		demand(["mqtt", "mqtts", "ws", "wss"].includes(protocol), "another protocol");
		demand(host !== "" && !/[[\]/@\s\\]/.test(host), "a host that is none");
		demand(Number.isInteger(port) && port >= 1 && port <= 65_535, "a port that is none");
		demand(protocol.startsWith("ws") ? path.startsWith("/") : path === "", "a path that is none");
		demand(serverName === undefined || !/^\.|\.$|:/.test(serverName), "a server name that is none");
		demand(path.length <= 4096, "a path that is too long");
		demand(
			JSON.stringify(parseBrokerUrl(urlOf(address))) === JSON.stringify(address),
			"is not read the same again",
		);
		return "address";
	},
};
