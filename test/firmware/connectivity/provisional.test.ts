import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../../firmware/endpoint.js";
import { configOf } from "../../support/virtual/config.js";
import { VirtualStorage } from "../../support/virtual/storage.js";
import { endpoint, rigWith } from "./endpoints.js";

describe("a provisional connection", () => {
	/** First to `register`, where the device is told its host; then there. */
	function registering(over: Partial<Endpoint["provisional"]> = {}) {
		const log: string[] = [];
		let host: string | undefined;
		let publish: (text: string) => boolean = () => false;
		let proceed: (reason?: string) => void = () => {};
		const rig = rigWith(
			(done, attempt) => {
				log.push(`prepare ${attempt}`);
				if (host !== undefined) {
					return done(
						endpoint({ clientId: "lamp", cleanSession: false, broker: { ...configOf().broker, host } }),
					);
				}
				const receive = (_topic: string, payload: Uint8Array) => {
					const text = new TextDecoder().decode(payload);
					log.push(text);
					if (text === "wait") return undefined;
					if (text === "no") proceed("refused by the register");
					else {
						host = text;
						proceed();
					}
					return undefined;
				};
				const message = (payload: string) => ({ topic: "register", payload, qos: 1, retain: false }) as const;
				done(
					endpoint({
						clientId: "reg-lamp",
						cleanSession: false,
						broker: { ...configOf().broker, host: "register.test" },
						provisional: {
							timeout: 30_000,
							subscriptions: [{ filter: "register/answer", qos: 1, receive }],
							online: (publishThere, proceedThere) => {
								publish = (text) => publishThere([message(text)]);
								proceed = proceedThere;
								return [message("who am I")];
							},
							...over,
						},
					}),
				);
			},
			{ mqtt: { cleanSession: false } },
		);
		const answer = (text: string) => {
			rig.broker.publish("register/answer", text, { qos: 1 });
			rig.clock.advance(10);
		};
		return { rig, log, answer, publish: (text: string) => publish(text), proceed: () => proceed() };
	}

	it("has its own subscriptions and messages, leads on at once, and the program knows nothing of it", () => {
		const { rig, log, answer, publish } = registering();
		rig.start().clock.advance(20);
		expect([rig.state, rig.programs, rig.publish("x")]).toEqual(["handshaking", 0, false]);
		answer("wait");
		rig.clock.advance(3000);
		expect(publish("and now?")).toBe(true);
		rig.clock.advance(10);
		answer("hub.test");
		rig.clock.advance(20);
		expect(rig.broker.heard).toEqual([
			...["connect reg-lamp", "subscribe register/answer 1", "publish register who am I #2", "puback #1"],
			...["publish register and now? #3", "puback #2", "disconnect"],
			...["connect lamp", "subscribe d1/commands 0", "publish d1/status online retained"],
		]);
		const cleans = rig.broker.clients.map(({ packets }) => (packets[0] as { clean?: boolean }).clean);
		expect(cleans).toEqual([true, false]);
		expect(rig.network.lookups).toEqual(["register.test", "hub.test"]);
		expect(rig.links).toEqual([
			...["resolving", "connecting", "handshaking", "resolving", "connecting", "handshaking", "online"],
		]);
		expect([log, rig.programs, rig.offline]).toEqual([["prepare 0", "wait", "hub.test", "prepare 0"], 1, 0]);
	});

	it("backs off when the step fails, and asks again", () => {
		const { rig, log, answer } = registering();
		rig.start().clock.advance(20);
		answer("no");
		expect(rig.links.at(-1)).toBe("backoff 1000: refused by the register");
		rig.clock.advance(1100);
		answer("hub.test");
		rig.clock.advance(20);
		expect([rig.state, log.at(-1)]).toEqual(["online", "prepare 1"]);
	});

	it("has a deadline", () => {
		const { rig } = registering();
		rig.start().clock.advance(30_010);
		expect(rig.links.at(-1)).toBe("backoff 1000: the provisional connection took longer than 30000 ms");
	});

	it("waits for answers to its messages before it leads on, for two seconds", () => {
		const { rig, answer } = registering();
		rig.broker.withheld.add("publish");
		rig.start().clock.advance(20);
		answer("hub.test");
		expect(rig.broker.heard.at(-1)).toBe("puback #1");
		rig.clock.advance(2000);
		expect(rig.broker.heard).toContain("connect lamp");
		// What was for the register is not for the hub.
		expect(rig.broker.heard.filter((line) => line.includes("who am I"))).toHaveLength(1);
	});

	it("is over with its connection: its functions do nothing then", () => {
		const { rig, publish, proceed } = registering();
		rig.start().clock.advance(20);
		rig.broker.kill();
		rig.clock.advance(5);
		expect([publish("still there?"), rig.state]).toEqual([false, "backoff"]);
		proceed();
		rig.clock.advance(5);
		expect(rig.state).toBe("backoff");
		const stop = rig.stop();
		rig.clock.advance(10);
		expect(stop.doneAt).toBeDefined();
	});

	it("leaves what the device has in flight, and its records, to the proper connection", () => {
		const storage = new VirtualStorage();
		let step: "first" | "register" | "back" = "first";
		const rig = rigWith(
			(done) => {
				if (step !== "register") return done(endpoint({ clientId: "lamp", cleanSession: false }));
				step = "back";
				done(
					endpoint({
						clientId: "reg",
						cleanSession: false,
						provisional: {
							timeout: 5000,
							subscriptions: [],
							online: (_publish, proceed) => {
								proceed();
								return [];
							},
						},
					}),
				);
			},
			{ mqtt: { cleanSession: false } },
			{ storage },
		);
		rig.broker.withheld.add("publish");
		rig.online();
		rig.publish("a", 1);
		rig.clock.advance(10);
		const records = [...storage.open({ path: "mqtt-session" })];
		step = "register";
		rig.broker.kill();
		rig.clock.advance(1100);
		expect(rig.broker.heard.slice(-6)).toEqual([
			...["connect reg", "disconnect", "connect lamp", "publish d1/telemetry a #2 again"],
			...["subscribe d1/commands 0", "publish d1/status online retained"],
		]);
		expect([...storage.open({ path: "mqtt-session" })]).toEqual(records);
	});
});
