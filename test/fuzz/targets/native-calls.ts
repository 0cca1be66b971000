import { CALL_HEADER, Call, Reply } from "../../../firmware/boards/native/seam.js";
import { NativeServer } from "../../../host-sim/engines/native-server.js";
import { VirtualHost } from "../../support/virtual/host.js";
import { bytesOf, joined } from "../bytes.js";
import { spoilt } from "../mutate.js";
import { demand, type Target } from "../target.js";

const BODIES = [
	"192.0.2.1",
	"192.0.2.1 mqtts h",
	"192.0.2.1 ws h /a",
	"broker.test",
	'{"event":"led","on":true}',
	"{",
	"a\0k\0v",
	"a\0k",
	"a",
	"",
].map(bytesOf);
const CALLS = Object.values(Call);
/** Bytes of a call's own header here: how long it is. */
const LENGTH = 1;

function callsOf(input: Uint8Array): Uint8Array[] {
	const calls: Uint8Array[] = [];
	for (let at = 0; at < input.length; ) {
		const length = input[at] as number;
		calls.push(input.subarray(at, at + LENGTH + length));
		at += LENGTH + length;
	}
	return calls;
}

/** A call's header behind its operation. */
const headerOf = (call: Uint8Array): Uint8Array => call.subarray(LENGTH + 1, LENGTH + CALL_HEADER);

/** Calls of the native functions by a firmware in another engine, each with its length before it. */
export const nativeCalls: Target = {
	name: "native-calls",
	covers: ["host-sim/engines/native-server.ts", "host-sim/engines/served-socket.ts"],
	share: 3,
	generate: (random) =>
		joined(
			Array.from({ length: 1 + random.small(12) }, () => {
				const call = new Uint8Array(CALL_HEADER);
				call.set([random.pick(CALLS), random.small(4), 0, random.byte()]);
				if (random.chance(0.1)) call.set(random.bytes(4), 3);
				const bytes = spoilt(joined([call, random.pick(BODIES)]), random, 0.7).subarray(0, 255);
				return joined([Uint8Array.of(bytes.length), bytes]);
			}),
		),
	run: (input) => {
		const host = new VirtualHost();
		let sent = 0;
		const server = new NativeServer(
			host,
			{ led: 0, light: 1 },
			(_, encode) => {
				sent += encode().length;
			},
			() => {},
		);
		let outcome = "nothing";
		for (const call of callsOf(input)) {
			// The caller gives a handle to one socket at a time.
			if (call[LENGTH] === Call.SOCKET_OPEN)
				server.answer(Uint8Array.of(Call.SOCKET_CLOSE, ...headerOf(call)));
			const reply = server.answer(call.subarray(LENGTH));
			const tag = reply[0] as number;
			demand(tag >= Reply.NOTHING && tag <= Reply.NUMBER, `a reply with tag ${tag}`);
			demand(tag !== Reply.NUMBER || reply.length === 9, "a number of another length");
			demand(tag !== Reply.NOTHING || reply.length === 1, "nothing, with something behind it");
			host.clock.advance(5);
			outcome = ["nothing", "bytes", "error", "number"][tag] as string;
		}
		server.close();
		demand(
			host.network.sockets === 0 && host.network.resolvers === 0 && host.storage.openDomains === 0,
			"leaves something open",
		);
		demand(sent < 100_000, "events without end");
		return outcome;
	},
	split: callsOf,
};
