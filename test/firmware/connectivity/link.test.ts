import { describe, expect, it } from "vitest";
import { type LinkEvent, nextState, TIMEOUT_REASON } from "../../../firmware/connectivity/link.js";
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
];

/** What each event leads to, in the order of `EVENTS`; `-` where it means nothing. */
const TABLE: Record<LinkState, string> = {
	offline: "resolving - - - - - - -",
	resolving: "- connecting - - - backoff - offline",
	connecting: "- - securing handshaking - backoff - offline",
	securing: "- - - handshaking - backoff - offline",
	handshaking: "- - - - online backoff - offline",
	online: "- - - - - backoff - offline",
	backoff: "- - - - - - resolving offline",
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

it("names what ran out where the link itself has a deadline", () => {
	expect(TIMEOUT_REASON).toEqual({
		resolving: "resolving the name",
		connecting: "opening the connection",
		securing: "securing the connection with TLS",
	});
});

it("cannot be changed by a device", () => {
	expect(Object.isFrozen(TIMEOUT_REASON)).toBe(true);
});
