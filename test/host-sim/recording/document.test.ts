import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { CALLS, EVENTS } from "../../../host-sim/recording/crossing.js";
import { VERSION } from "../../../host-sim/recording/entry.js";

const text = readFileSync(new URL("../../../docs/simulation.md", import.meta.url), "utf8");
const section = text.slice(text.indexOf("\n### The file"));

it.each([...Object.keys(CALLS), ...Object.keys(EVENTS)])("docs/simulation.md tells of %s", (name) => {
	expect(section).toMatch(new RegExp(`^\\|[^|]*\`${name.replace(".", "\\.")}\``, "m"));
});

it("docs/simulation.md tells of the version that is written", () => {
	expect(section).toContain(`"version":${VERSION},`);
	expect(section).toContain(`Version ${VERSION} is what follows`);
});
