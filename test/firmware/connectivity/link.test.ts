import { describe, expect, it } from "vitest";
import { type LinkEvent, nextState, overdue } from "../../../firmware/connectivity/link.js";
import type { LinkState } from "../../../firmware/events.js";

const EVENTS: readonly LinkEvent[] = [
	"start",
	"resolved",
	"connected",
	"opened",
	"accepted",
	"failed",
	"waited",
	"stop",
	"next",
];

/** What each event leads to, in the order of `EVENTS`; `-` where it means nothing. */
const TABLE: Record<LinkState, string> = {
	offline: "resolving - - - - - - - -",
	resolving: "- connecting - - - backoff - offline -",
	connecting: "- - securing handshaking - backoff - offline -",
	securing: "- - - handshaking - backoff - offline -",
	handshaking: "- - - - online backoff - offline resolving",
	online: "- - - - - backoff - offline resolving",
	backoff: "- - - - - - resolving offline -",
};

const STATES = Object.keys(TABLE) as LinkState[];

describe.each(STATES)("in %s", (state) => {
	const row = TABLE[state].split(" ");

	it.each(EVENTS.map((event, column) => [event, row[column]] as const))("%s leads to %s", (event, to) => {
		expect(nextState(state, event) ?? "-").toBe(to);
	});
});

it("can be stopped and can fail in every state that is on its way", () => {
	for (const state of STATES.filter((one) => one !== "offline")) {
		expect(nextState(state, "stop")).toBe("offline");
		if (state !== "backoff") expect(nextState(state, "failed")).toBe("backoff");
	}
});

it.each<{ state: LinkState; isPrepared: boolean; code: string; what: string }>([
	{ state: "resolving", isPrepared: false, code: "timeout-preparing", what: "preparing the connection" },
	{ state: "resolving", isPrepared: true, code: "timeout-resolving", what: "resolving the name" },
	{ state: "connecting", isPrepared: true, code: "timeout-connecting", what: "opening the connection" },
	{ state: "securing", isPrepared: true, code: "timeout-securing", what: "securing the connection with TLS" },
	{ state: "handshaking", isPrepared: true, code: "timeout-provisional", what: "the provisional connection" },
])("says what ran out in $state: $what", ({ state, isPrepared, code, what }) => {
	expect(overdue(state, isPrepared)).toEqual([code, what]);
});
