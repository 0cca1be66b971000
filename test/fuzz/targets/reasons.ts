import type { BrokerAddress } from "../../../server/broker-address.js";
import { protocolFailure, transportFailure } from "../../../server/reasons.js";
import { bytesOf, looseText } from "../bytes.js";
import { spoilt } from "../mutate.js";
import { demand, type Target } from "../target.js";

const ADDRESS: BrokerAddress = { protocol: "mqtt", host: "h", port: 1, path: "", label: "h:1" };
const CODES = [
	"ECONNREFUSED",
	"ENOTFOUND",
	"EPROTO",
	"ERR_SSL_WRONG_VERSION_NUMBER",
	"ERR_SSL_",
	"CERT_HAS_EXPIRED",
	"ERR_TLS_CERT_ALTNAME_INVALID",
	"toString",
	"__proto__",
	"",
	"2",
];
const CODE = /^[a-z]+(-[a-z]+)*$/;
const MESSAGES = [
	"read ECONNRESET",
	"Connection refused: x",
	"error:0A00010B:SSL routines::wrong version number:x:",
	"$& $1 %",
	"Keepalive timeout",
	"",
];
const NAMES = ["DNS:a, IP Address:1.2.3.4", "DNS:$&", `DNS:${"x".repeat(300)}`];

/** The parts of an error, parted by U+0000: code, message, OpenSSL's reason, the certificate's names. */
export const reasons: Target = {
	name: "reasons",
	covers: ["server/reasons.ts", "server/tls-reason.ts"],
	share: 2,
	generate: (random) => {
		const parts = [random.pick(CODES), random.pick(MESSAGES), random.pick(MESSAGES), random.pick(NAMES)];
		return spoilt(bytesOf(parts.slice(0, 1 + random.below(4)).join("\0")), random, 0.6);
	},
	run: (input) => {
		const [code, message, reason, subjectaltname] = looseText(input).split("\0");
		const error = Object.assign(new Error(message), {
			...(code !== undefined && { code: /^\d+$/.test(code) ? Number(code) : code }),
			...(reason !== undefined && { reason }),
			...(subjectaltname !== undefined && { cert: { subjectaltname } }),
		});
		for (const { code: known, reason: words } of [
			transportFailure(error, ADDRESS),
			protocolFailure(error, ADDRESS),
		]) {
			demand(CODE.test(known), `${known} is no code`);
			demand(typeof words === "string" && words !== "", "no words for an error");
			demand(
				words.length <= 300 + (message?.length ?? 0) + (reason?.length ?? 0) + (code?.length ?? 0),
				"too many words",
			);
		}
		return "words";
	},
};
