import { describe, expect, it } from "vitest";
import { withoutPrivateNames } from "../../../host-sim/engines/arm/private-names.js";

const place = (position: number): string => `firmware/x.ts:${position}`;
const plain = (source: string): string => withoutPrivateNames(source, place);

describe("private names in the ARM image", () => {
	it.each([
		["class A { #x = 1; get x() { return this.#x; } }", "class A { _x = 1; get x() { return this._x; } }"],
		[
			"class A { static #n = 0; static #f() {} g() { A.#f(A.#n); } }",
			"class A { static _n = 0; static _f() {} g() { A._f(A._n); } }",
		],
		["class A { get #x() { return 1; } set #x(v) {} }", "class A { get _x() { return 1; } set _x(v) {} }"],
		[
			"class A { #x; f(o) { return o?.#x ?? `#x` + o.#x; } }",
			"class A { _x; f(o) { return o?._x ?? `#x` + o._x; } }",
		],
		[
			"class A { #x; f = () => [...this.list, '#x', /#x/]; }",
			"class A { _x; f = () => [...this.list, '#x', /#x/]; }",
		],
		["class B extends A { x = 1; }", "class B extends A { x = 1; }"],
		["const f = (o) => ({ ...o, k: Object.keys(o) });", "const f = (o) => ({ ...o, k: Object.keys(o) });"],
	])("%s becomes %s", (source, wanted) => {
		expect(plain(source)).toBe(wanted);
	});

	it.each([
		["class A { #x; is(o) { return #x in o; } }", /^firmware\/x\.ts:29: .*`in`.*; use a field of its own$/],
		[
			"class B extends A { #x; }",
			/^firmware\/x\.ts:0: a class that extends another .*; hold the other as a field$/,
		],
		["class A { #x; copy() { return { ...this }; } }", /`\.\.\.this` .*; name the fields$/],
		["class A { #x; all() { return Object.keys(this); } }", /Object\.keys\(this\) .*; name the fields$/],
		["class A { #x; lock() { Object.freeze(this); } }", /Object\.freeze\(this\)/],
		["class A { #x; _x; }", /#x becomes _x in the ARM image, which is there already; rename one$/],
		["class A { #x; } const f = ({ _x }) => _x;", /which is there already/],
	])("%s is refused", (source, says) => {
		expect(() => plain(source)).toThrow(says);
	});

	it("behave alike: what a class does without them is what it did with them", () => {
		const source = `
			class Counter {
				static #made = 0;
				#count = 0;
				#step;
				constructor(step) { this.#step = step; Counter.#made += 1; }
				#next() { return (this.#count += this.#step); }
				get #twice() { return 2 * this.#count; }
				take() { this.#next(); return [this.#count, this.#twice, Counter.#made, other(this)]; }
				static peek(counter) { return counter.#count; }
			}
			const other = (counter) => Counter.peek(counter);
			const [one, two] = [new Counter(1), new Counter(10)];
			result.push(one.take(), two.take(), one.take());`;
		const run = (text: string): unknown[] => {
			const result: unknown[] = [];
			new Function("result", text)(result);
			return result;
		};
		expect(run(plain(source))).toEqual(run(source));
		expect(plain(source)).not.toContain("#");
	});
});
