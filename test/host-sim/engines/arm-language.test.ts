import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { armImage } from "../../../host-sim/engines/arm/build.js";
import { startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { armTools, describeWith } from "../../support/requires.js";
import { configOf } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";

const silent = () => {};
const MAIN = "firmware/boards/cortex-m4/main";

const folder = mkdtempSync(join(tmpdir(), "nightlight-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Files of modules, by the modules' names. */
const files = (sources: Readonly<Record<string, string>>): Map<string, string> => {
	mkdirSync(folder, { recursive: true });
	return new Map(
		Object.entries(sources).map(([name, source]) => {
			const file = join(folder, `${name.replaceAll("/", "-")}.ts`);
			writeFileSync(file, source);
			return [name, file];
		}),
	);
};

/** Throws and catches in all places that the interpreter jumps out of and back into; `tour` gives what it went through. */
const TOUR = `
	const said = [];
	const say = (...words) => said.push(words.join(" "));
	const fail = (what) => { throw new RangeError(what); };
	function* steps() {
		for (let step = 0; ; step++) {
			try {
				say("got", yield step);
			} catch (error) {
				say("caught", error.message, step);
			} finally {
				say("finally", step);
			}
		}
	}
	const nested = (depth) => {
		let after = "none";
		try {
			if (depth === 0) fail("bottom");
			nested(depth - 1);
		} catch (error) {
			after = error.message + depth;
			if (depth % 3 === 0) throw new TypeError(after);
		} finally {
			say("depth", depth, after);
		}
		return after;
	};
	const loops = () => {
		let sum = 0;
		outer: for (let one = 0; one < 4; one++) {
			for (const other of [1, 2, 3]) {
				const before = sum;
				try {
					sum += other;
					if (other === 2) continue outer;
					if (one === 3) fail("three");
				} catch {
					sum += 100;
					break outer;
				} finally {
					say(one, other, before, sum);
				}
			}
		}
		return sum;
	};
	const within = () => [3, 1, 2].map((value) => {
		try {
			return [5, value].sort((a, b) => (a + b > 6 ? fail("sort") : a - b)).join();
		} catch (error) {
			return error.name + value + JSON.stringify({ toJSON: () => ({ value }) });
		}
	});
	const later = async (value) => {
		try {
			if (value > 1) fail("later" + value);
			return await value;
		} catch (error) {
			return (await error).message;
		} finally {
			say("awaited", value);
		}
	};
	export const tour = async () => {
		const walk = steps();
		say(walk.next().value, walk.next("a").value, walk.throw(new Error("b")).value, walk.next("c").value);
		say(JSON.stringify(walk.return("end")));
		try {
			say(nested(7));
		} catch (error) {
			say(error instanceof TypeError, error.message);
		}
		for (let index = 0; index < 300; index++) try { fail(index); } catch (error) { if (index % 100 === 0) say(error.message); }
		say(loops(), within());
		say(await later(1), await later(2), await Promise.allSettled([later(3)]).then(([{ status }]) => status));
		return said;
	};
`;

describeWith([armTools], "the language of the ARM image", () => {
	it("throws and catches as Node does", async () => {
		const image = await armImage({
			log: silent,
			files: files({
				"guest/tour": TOUR,
				[MAIN]: `
					import { tour } from "./guest-tour.js";
					export default (kind) => {
						if (kind === 253) tour().then((said) => native.report(JSON.stringify({ said })));
						if (kind === 254) native.stopped();
					};
				`,
			}),
			preload: [],
		});
		const host = new VirtualHost();
		const guest = await startOnArm(host, configOf(), { image, onFailure: silent, log: silent });
		await guest.settled();
		await guest.stop();
		const { tour } = await import(`data:text/javascript,${encodeURIComponent(TOUR)}`);
		const said = await tour();
		expect(said.length).toBeGreaterThan(30);
		expect(host.events).toEqual([{ said }]);
	});

	it("has the built-in methods it names, and no others", async () => {
		const image = await armImage({
			log: silent,
			files: files({
				[MAIN]: `
					const tryTo = (work) => {
						try {
							return work();
						} catch (error) {
							return String(error);
						}
					};
					export default (kind) => {
						if (kind === 253) {
							const other = ["co", "s"].join("");
							native.report(JSON.stringify([tryTo(() => Math.sin(0)), tryTo(() => Math[other](0))]));
						}
						if (kind === 254) native.stopped();
					};
				`,
			}),
			preload: [],
		});
		const host = new VirtualHost();
		const guest = await startOnArm(host, configOf(), { image, onFailure: silent, log: silent });
		expect(host.events).toEqual([[0, "TypeError: no function"]]);
		await guest.stop();
	});

	it("has what of the language a module uses", async () => {
		const image = await armImage({
			log: silent,
			files: files({
				[MAIN]: `
					function* count() {
						yield 1;
						yield 2;
					}
					const later = async () => await 3;
					export default (kind) => {
						if (kind === 253) {
							const wide = new Float64Array([1.5]);
							const view = new DataView(wide.buffer);
							later().then((three) => native.report(JSON.stringify([
								[...count()], three, String(2n ** 70n), view.getFloat64(0, true), new Int16Array([70000])[0],
							])));
						}
						if (kind === 254) native.stopped();
					};
				`,
			}),
			preload: [],
		});
		const host = new VirtualHost();
		const guest = await startOnArm(host, configOf(), { image, onFailure: silent, log: silent });
		expect(host.events).toEqual([[[1, 2], 3, "1180591620717411303424", 1.5, 4464]]);
		await guest.stop();
	});

	it.each([
		[
			"a regular expression",
			"export const f = (x: string) => /a/.test(x);",
			"has no RegExp; look at the text",
		],
		["a Proxy", "export const f = () => new Proxy({}, {});", "has no Proxy; use a class"],
		["eval", 'export const f = () => eval("1");', "has no eval; there is no compiler on the chip"],
		["import.meta", "export const f = () => import.meta;", "has no import.meta; a module on the chip"],
		["new Function", 'export const f = () => new Function("1");', "has no Function; there is no compiler"],
	])("is refused with its place when it uses %s", async (_, source, says) => {
		const text = `\n\n${source}`;
		const image = armImage({
			log: silent,
			files: files({
				"guest/other": text,
				[MAIN]: 'import { f } from "./guest-other.js"; export default f;',
			}),
		});
		await expect(image).rejects.toThrow(new RegExp(`guest-other\\.ts:3: the ARM image ${says}`));
	});

	it("has constructors that are classes, and no others", async () => {
		const image = await armImage({
			log: silent,
			files: files({
				[MAIN]: `
					class Lamp {}
					function lamp() {
						return 1;
					}
					export default (kind) => {
						if (kind === 253) {
							let reason;
							try {
								new lamp();
							} catch (error) {
								reason = error.constructor === TypeError;
							}
							native.report(JSON.stringify([new Lamp() instanceof Lamp, lamp(), typeof lamp.prototype, reason]));
						}
						if (kind === 254) native.stopped();
					};
				`,
			}),
			preload: [],
		});
		const host = new VirtualHost();
		const guest = await startOnArm(host, configOf(), { image, onFailure: silent, log: silent });
		expect(host.events).toEqual([[true, 1, "undefined", true]]);
		await guest.stop();
	});
});
