import { afterEach, beforeAll, expect, it } from "vitest";
import { xsWorker } from "../../../host-sim/engines/xs/build-worker.js";
import { XsWorker } from "../../../host-sim/engines/xs/worker.js";
import { compiler, describeWith } from "../../support/requires.js";

describeWith([compiler], "a program in XS", () => {
	let program = "";
	beforeAll(async () => {
		program = await xsWorker(() => {});
	}, 300_000);

	const workers: XsWorker[] = [];
	afterEach(() => {
		for (const worker of workers.splice(0)) worker.close();
	});
	const newWorker = (answer: (call: Uint8Array) => Uint8Array = (call) => call) => {
		const ends: string[] = [];
		const worker = new XsWorker(program, answer, (reason) => ends.push(reason));
		workers.push(worker);
		return { worker, ends };
	};

	it("takes events in order and calls out in between", async () => {
		const calls: number[][] = [];
		const { worker } = newWorker((call) => {
			calls.push([...call]);
			return Uint8Array.of(calls.length);
		});
		await worker.evaluate(
			"globalThis.handleCommand = (event) => { const at = new Uint8Array(issueCommand(event)); issueCommand(at.buffer); }",
		);
		const turns = [[7], [8, 9]].map((event) => worker.event(() => Uint8Array.from(event)));
		await Promise.all(turns);
		expect(calls).toEqual([[7], [1], [8, 9], [3]]);
	});

	it("is metered exactly", async () => {
		const { worker } = newWorker();
		await worker.evaluate("globalThis.step = () => { let sum = 0; for (let i = 0; i < 100; i++) sum += i; }");
		await worker.evaluate("step()");
		const [one, other] = [await worker.evaluate("step()"), await worker.evaluate("step()")];
		expect(one.compute).toBe(other.compute);
	});

	it.each([
		{ name: "throws", script: "throw new Error('out of light')", reason: /^Error: out of light$/ },
		{ name: "is no script", script: "let =", reason: /^SyntaxError/ },
		{ name: "loops without end", script: "for (;;) {}", reason: /^too much computation/ },
		{ name: "recurses without end", script: "const f = () => f() + 1; f();", reason: /^stack overflow/ },
		{
			name: "uses up the memory",
			script: "const all = []; for (;;) all.push(new ArrayBuffer(50_000_000));",
			reason: /^not enough memory/,
		},
	])("that $name ends with a reason in one line, told once", async ({ script, reason }) => {
		const { worker, ends } = newWorker();
		await expect(worker.evaluate(script)).rejects.toThrow(reason);
		await expect(worker.evaluate("1")).rejects.toThrow();
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(ends).toHaveLength(1);
		expect(ends[0]).toMatch(reason);
		expect(ends[0]).not.toContain("\n");
	});

	it("that cannot be started is told of", async () => {
		const ends: string[] = [];
		const worker = new XsWorker(
			"/no/such/program",
			(call) => call,
			(reason) => ends.push(reason),
		);
		await expect(worker.evaluate("1")).rejects.toThrow();
		expect(ends).toHaveLength(1);
	});
});
