import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Config } from "../../../firmware/config.js";
import { type ArmImage, armImage } from "../../../host-sim/engines/arm/build.js";
import { startOnArm } from "../../../host-sim/engines/arm/engine.js";
import { spread } from "../../../host-sim/engines/arm/spread.js";
import { treeOf } from "../../../host-sim/engines/arm/syntax.js";
import { armTools, describeWith } from "../../support/requires.js";
import { configOf } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";

const silent = () => {};

/** A module in flash, whose functions go wrong in the line that bears their name. */
const POLICY = `
const LIMITS = { low: 1, steps: [1, 2] };
const FROZEN = Object.freeze({ low: 1 });
export const writes = () => {
	LIMITS.low = 2;
	LIMITS.steps[0] = 3;
	(FROZEN as { low: number }).low = LIMITS.low; // writes
};
export const extend = () => {
	(FROZEN as { high?: number }).high = 2; // extend
};
export const remove = () => {
	delete (FROZEN as { low?: number }).low; // remove
};
export const describe = () => {
	const copy = { ...LIMITS };
	return JSON.stringify(copy) + JSON.stringify(LIMITS); // describe
};
export const callback = (values?: number[]) =>
	[1, 2].map((value) => {
		const twice = 2 * value;
		return twice + (values as number[]).length; // callback
	});
export const refuse = (name: string) => {
	if (name === "refuse")
		throw new RangeError(
			\`no \${name}\`); // refuse
};
export const again = () => {
	try {
		refuse("refuse");
	} catch (error) {
		throw error;
	}
};
export const hoard = () => {
	for (let all: object[] = [];;)
		all.push(new Uint8Array(5000)); // hoard
};
export const one = () => ([] as any).absent.more; // one
export const text = () => {
	throw "a text";
};
`;
/** One of its functions is there in the other module, too: the flash has it once. */
const TWIN = `
export const refuse = (name: string) => {
	if (name === "twin") throw new RangeError(name);
};
export const other = () => ([] as any).absent.more; // other
`;
const MAIN = `
import * as policy from "./policy.js";
import * as twin from "./twin.js";
export default (kind: number, now: number, handle: number, count: number, text: string) => {
	if (kind === 254) native.stopped();
	if (kind !== 253) return;
	const { id } = JSON.parse(text).config;
	if (id === "writes") policy.writes();
	if (id === "extend") policy.extend();
	if (id === "remove") policy.remove();
	if (id === "describe") policy.describe();
	if (id === "callback") policy.callback();
	if (id === "refuse") policy.refuse(id);
	if (id === "again") policy.again();
	if (id === "hoard") policy.hoard();
	if (id === "text") policy.text();
	if (id === "one") policy.one(), twin.other();
	if (id === "main") (undefined as any).more(); // main
};
`;

describeWith([armTools], "what is thrown in the ARM image", () => {
	const folder = mkdtempSync(join(tmpdir(), "nightlight-places-"));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));
	let image: ArmImage;
	const names = ["guest/policy", "guest/twin", "firmware/boards/cortex-m4/main"];
	const sources: Readonly<Record<string, string>> = { policy: POLICY, twin: TWIN, main: MAIN };

	beforeAll(async () => {
		const files = Object.entries(sources).map(([name, source], index): [string, string] => {
			const file = join(folder, `${name}.ts`);
			writeFileSync(file, source);
			return [names[index] as string, file];
		});
		image = await armImage({ log: silent, files: new Map(files), preload: names });
	}, 300_000);

	/** What people read of it, with names of files alone. */
	const failureOf = async (id: string): Promise<string> => {
		const started = startOnArm(new VirtualHost(), { ...configOf(), id } as Config, {
			...{ image, onFailure: silent, log: silent },
		});
		const failure = await started.then(
			() => "",
			({ message }: Error) => message,
		);
		return failure.replace("the firmware does not start on ARM: ", "").replaceAll(/[^ ]*\/(?=\w+\.ts:)/g, "");
	};
	const placeOf = (mark: string, file = "policy"): string => {
		const lines = (sources[file] as string).split("\n");
		return `${file}.ts:${lines.findIndex((line) => line.endsWith(` // ${mark}`)) + 1}`;
	};
	const FROZEN = "a frozen object cannot be written; make it in a function";
	const IN_FLASH =
		"an object that is in flash since the image was built cannot be written, as JSON.stringify does; make it in a function, or copy it, as in { ...it }";
	const NO_OBJECT = "TypeError: cannot coerce undefined to object";

	it.each([
		[
			"an object that is written",
			"writes",
			`${placeOf("writes")}: TypeError: set low: not writable: ${FROZEN}`,
		],
		[
			"an object that is extended",
			"extend",
			`${placeOf("extend")}: TypeError: set high: not extensible: ${FROZEN}`,
		],
		[
			"a property that is removed",
			"remove",
			`${placeOf("remove")}: TypeError: delete low: no permission (strict mode): ${FROZEN}`,
		],
		["an object made to JSON", "describe", `${placeOf("describe")}: TypeError: read only value: ${IN_FLASH}`],
		["an error of a function made at run time", "callback", `${placeOf("callback")}: ${NO_OBJECT}`],
		["an error of the firmware", "refuse", `${placeOf("refuse")}: RangeError: no refuse`],
		["an error that is thrown again", "again", `${placeOf("refuse")}: RangeError: no refuse`],
		["memory that is used up", "hoard", `${placeOf("hoard")}: not enough memory`],
		["an error of the composition root", "main", `${placeOf("main", "main")}: ${NO_OBJECT}`],
		[
			"a function that is in two modules",
			"one",
			`${placeOf("one")} or ${placeOf("other", "twin")}: ${NO_OBJECT}`,
		],
		["what is no error has none", "text", "a text"],
	])("has its place: %s", async (_, id, failure) => {
		expect(await failureOf(id)).toBe(failure);
	});

	it("has none in a module that is in RAM", async () => {
		const [ram, main] = ["in-ram", "main-of-ram"].map((name) => join(folder, `${name}.ts`)) as [
			string,
			string,
		];
		writeFileSync(
			ram,
			'const all = new Map([[1, 2]]); export const fail = () => all.forEach(() => { throw new RangeError("no lamp"); });',
		);
		writeFileSync(
			main,
			'import { fail } from "./in-ram.js"; export default (kind) => { if (kind === 253) fail(); };',
		);
		const files = new Map([
			["guest/in-ram", ram],
			["firmware/boards/cortex-m4/main", main],
		]);
		const inRam = await armImage({ log: silent, files, preload: [] });
		const options = { image: inRam, onFailure: silent, log: silent };
		await expect(startOnArm(new VirtualHost(), configOf(), options)).rejects.toThrow(
			/^the firmware does not start on ARM: RangeError: no lamp$/,
		);
	});
});

describe("a module on more lines", () => {
	const PROGRAM = `
const a=1,b=[a,2],f=(x)=>x?b:a;export const g=async(x)=>{for(let i=0;i<2;i++)if(x)return a;else throw b;await x;let y=x
++y;do x++;while(x<3)y--;return\`a \${x,y} \n\`},h=function*(){yield a;yield*b;l:for(;;){if(a)continue l;break l}};
export class C{static s=1;#p=f(1);get v(){return this.#p}static async m(){return C.s?.v??-+a}};`;
	const shape = (source: string): string =>
		JSON.stringify(treeOf(source), (key, value) => (key === "start" || key === "end" ? undefined : value));

	it("is the same program", () => {
		const { text } = spread(PROGRAM);
		expect(shape(text)).toBe(shape(PROGRAM));
		expect(text.split("\n").length).toBeGreaterThan(60);
	});

	it("knows where its lines begin", () => {
		const { text, starts } = spread(PROGRAM);
		const lines = text.split("\n");
		expect(starts).toHaveLength(lines.length);
		for (const [index, line] of lines.entries()) expect(PROGRAM.startsWith(line, starts[index])).toBe(true);
	});
});
