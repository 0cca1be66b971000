import { describe, expect, it } from "vitest";
import { Client } from "./support.js";

describe("that a session is closed", () => {
	it("is told without a reason when it was wanted", () => {
		const client = new Client().online();
		client.session.disconnect();
		expect(client.takeOutputs().at(-1)).toStrictEqual({ kind: "closed" });
	});

	it("is not told once the connection is lost", () => {
		const client = new Client().online();
		client.session.disconnect();
		expect(client.lose()).toEqual([]);
		expect(client.connect()).toEqual(["> connect"]);
	});
});
