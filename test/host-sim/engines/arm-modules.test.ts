import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { transpile } from "../../../host-sim/engines/arm/modules.js";

const folder = mkdtempSync(join(tmpdir(), "nightlight-modules-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The modules of these sources, by name, as they come into the image. */
async function modulesOf(sources: Record<string, string>): Promise<Record<string, string>> {
	const files = new Map<string, string>();
	for (const [name, source] of Object.entries(sources)) {
		files.set(name, join(folder, `${name}.ts`));
		writeFileSync(files.get(name) as string, source);
	}
	const modules = await transpile(files, []);
	return Object.fromEntries(modules.map(({ name, source }) => [name, source]));
}

it("leaves out exports that no module imports, and what only they need", async () => {
	const { kinds } = await modulesOf({
		kinds: `
			const limit = (most: number) => "limit" + most;
			export const integer = (most: number) => limit(most);
			export const flag = () => "flag";
			export default "kinds";
			export class Range {}
		`,
		first: 'import { flag } from "./kinds.js"; export const first = flag();',
		second: 'import name, { Range as R } from "./kinds.js"; export const second = [name, new R()];',
	});
	expect(kinds).not.toMatch(/limit|integer/);
	for (const kept of ['"flag"', "as flag", '"kinds"', "as default", "as Range"])
		expect(kinds).toContain(kept);
});

it("keeps what is exported again, and all of a module that nothing imports", async () => {
	const { low, main } = await modulesOf({
		low: "export const one = () => 1; export const two = () => 2; export const three = () => 3;",
		middle: 'export { one, three } from "./low.js";',
		main: 'import { one } from "./middle.js"; export const sum = () => one(); export const other = () => 5;',
	});
	expect(low).toMatch(/as one/);
	expect(low).not.toMatch(/as two/);
	expect(main).toMatch(/as other/);
});

it("keeps what a module does when it is loaded", async () => {
	const { loud } = await modulesOf({
		loud: 'globalThis.said = "loaded"; export const quiet = 1;',
		main: 'import "./loud.js"; export const main = 1;',
	});
	expect(loud).toContain("loaded");
});

it("says where in its source a module does what differs in the image", async () => {
	const source =
		"type N = number;\n\nexport class A {\n\t#x: N = 1;\n\tis(o: object) {\n\t\treturn #x in o;\n\t}\n}\n";
	await expect(modulesOf({ brand: source })).rejects.toThrow(/brand\.ts:6: .*`in`/);
});
