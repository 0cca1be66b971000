import { describe, expect, it } from "vitest";
import { configOf } from "../../support/virtual/config.js";
import { type Done, endpoint, rigWith } from "./endpoints.js";

describe("preparing a connection", () => {
	it("comes before each try, with how many failed, and what time it is", () => {
		const asked: unknown[] = [];
		const rig = rigWith((done, attempt, now, date) => {
			asked.push([attempt, now, date]);
			done(endpoint());
		});
		rig.host.wallClock = 1_000_000;
		rig.network.attempt = "refuse";
		rig.start().clock.advance(3500);
		// At 0 s, a second after the refusal, two after the next.
		expect(asked).toEqual([
			[0, 0, 1_000_000],
			[1, 1002, 1_001_002],
			[2, 3004, 1_003_004],
		]);
	});

	it("may take its time", () => {
		const rig = rigWith((done, _attempt, _now, _date, { clock }) => clock.post(() => done(endpoint()), 500));
		rig.start().clock.advance(499);
		expect([rig.links, rig.network.lookups]).toEqual([["resolving"], []]);
		rig.clock.advance(20);
		expect(rig.state).toBe("online");
	});

	it.each([0, 500])("backs off when it fails, after %i ms, and tries again", (delay) => {
		let tries = 0;
		const rig = rigWith((done, _attempt, _now, _date, { clock }) => {
			const answer = ++tries < 3 ? `no key ${tries}` : endpoint();
			if (delay === 0) done(answer);
			else clock.post(() => done(answer), delay);
		});
		rig.start().clock.advance(3020 + 3 * delay);
		expect(rig.links.slice(0, 5)).toEqual([
			"resolving",
			"backoff 1000: no key 1",
			"resolving",
			"backoff 2000: no key 2",
			"resolving",
		]);
		expect(rig.state).toBe("online");
	});

	it("has a deadline; an answer after it belongs to an earlier try", () => {
		const answers: Done[] = [];
		const rig = rigWith((done) => answers.push(done));
		rig.start().clock.advance(10_000);
		expect(rig.links).toEqual([
			"resolving",
			"backoff 1000: preparing the connection took longer than 10000 ms",
		]);
		answers[0]?.(endpoint({ clientId: "late" }));
		rig.clock.advance(500);
		expect(rig.state).toBe("backoff");
		rig.clock.advance(600);
		answers[0]?.(endpoint({ clientId: "later" }));
		rig.clock.advance(100);
		expect(rig.network.lookups).toEqual([]);
		answers[1]?.(endpoint({ clientId: "right" }));
		answers[1]?.(endpoint({ clientId: "twice" }));
		answers[1]?.("never mind");
		rig.clock.advance(20);
		expect(rig.broker.heard[0]).toBe("connect right");
		expect([rig.state, rig.network.lookups.length]).toEqual(["online", 1]);
	});

	it("has a resolver's answer of an earlier try not taken for one of this, though the endpoint is the same", () => {
		const same = endpoint();
		const rig = rigWith((done) => done(same));
		rig.network.lookup = "hang";
		rig.start().clock.advance(11_000);
		expect(rig.network.lateAnswers).toHaveLength(2);
		rig.network.lateAnswers[0]?.(null, "192.0.2.66");
		expect(rig.network.attempts).toEqual([]);
		rig.network.lateAnswers[1]?.(null, "192.0.2.1");
		rig.clock.advance(20);
		expect([rig.network.attempts, rig.state]).toEqual([["192.0.2.1:1883"], "online"]);
	});

	it.each([{ answered: false }, { answered: true }])(
		"can be stopped in between: $answered",
		({ answered }) => {
			const answers: Done[] = [];
			const rig = rigWith((done) => answers.push(done));
			rig.start().clock.advance(100);
			if (answered) answers[0]?.(endpoint());
			const stop = rig.stop();
			answers[0]?.(endpoint());
			rig.clock.advance(20_000);
			expect([stop.doneAt, rig.state, rig.network.sockets, rig.network.resolvers, rig.clock.timers]).toEqual([
				...[100, "offline", 0, 0, 0],
			]);
		},
	);

	it("takes no messages before there is a session", () => {
		const rig = rigWith(() => {});
		rig.start();
		expect([rig.publish("a"), rig.publish("b", 1)]).toEqual([false, false]);
	});

	it("may name another broker, another user and password at each try", () => {
		let tries = 0;
		const rig = rigWith((done) => {
			const host = `b${++tries}.test`;
			const connect = {
				clientId: "d1",
				cleanSession: true,
				keepAlive: 0,
				username: "u",
				password: `p${tries}`,
			};
			done({ broker: { ...configOf().broker, host, port: 1000 + tries }, connect });
		});
		rig.broker.returnCode = 5;
		rig.start().clock.advance(1500);
		const logins = rig.broker.clients.map(
			({ packets: [connect] }) => `${(connect as { password?: unknown }).password}`,
		);
		expect([rig.network.lookups, rig.network.attempts, logins]).toEqual([
			["b1.test", "b2.test"],
			["192.0.2.1:1001", "192.0.2.1:1002"],
			["p1", "p2"],
		]);
	});

	it("says at the start that the board does not speak the protocol", () => {
		const rig = rigWith((done) => done(endpoint({ broker: { ...configOf().broker, protocol: "wss" } })));
		expect(() => rig.start()).toThrow("this board does not speak wss");
	});
});

describe("answers to messages", () => {
	it("are the profile's, with what became of the message, and are sent at once", () => {
		const rig = rigWith(
			(done) => done(endpoint()),
			{},
			{ filters: ["d1/ask/+", "all"] },
			{
				response: ({ topic, refused }) =>
					topic === "all"
						? []
						: [
								{
									topic: topic.replace("ask", "answer"),
									payload: refused?.reason ?? "done",
									qos: 0,
									retain: false,
								},
							],
			},
		).online();
		rig.broker.publish("d1/ask/1", "something");
		rig.broker.publish("all", "something");
		rig.broker.publish("d1/ask/2", "refuse me", { qos: 1 });
		rig.clock.advance(10);
		expect(rig.broker.heard.slice(3)).toEqual([
			...["publish d1/answer/1 done", "puback #1", "publish d1/answer/2 as you wish"],
		]);
	});
});
