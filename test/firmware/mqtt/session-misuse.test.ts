import { describe, expect, it } from "vitest";
import type { Session } from "../../../firmware/mqtt/session.js";
import { Client } from "./support.js";

const SUBSCRIBE = [{ filter: "a", qos: 1 }] as const;

describe("a program is told what is wrong when it", () => {
	it.each([
		{
			name: "connects what is connecting",
			prepare: (client: Client) => client.connect(),
			act: (session: Session) => session.connect(0),
			reason: "connect on a session that is connected",
		},
		{
			name: "connects what is connected",
			prepare: (client: Client) => client.online(),
			act: (session: Session) => session.connect(0),
			reason: "connect on a session that is connected",
		},
		{
			name: "subscribes without a connection",
			prepare: () => {},
			act: (session: Session) => session.subscribe(SUBSCRIBE, 0),
			reason: "subscribe before connected",
		},
		{
			name: "subscribes before CONNACK",
			prepare: (client: Client) => client.connect(),
			act: (session: Session) => session.subscribe(SUBSCRIBE, 0),
			reason: "subscribe before connected",
		},
		{
			name: "unsubscribes before CONNACK",
			prepare: (client: Client) => client.connect(),
			act: (session: Session) => session.unsubscribe(["a"], 0),
			reason: "unsubscribe before connected",
		},
	])("$name", ({ prepare, act, reason }) => {
		const client = new Client();
		prepare(client);
		expect(() => act(client.session)).toThrow(new RangeError(reason));
		expect(client.take()).toEqual([]);
	});
});
