import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { PAGE, withKeys } from "./page.js";

it("the page has the keys as they are; npm run config-docs writes it", () => {
	const page = readFileSync(PAGE, "utf8");
	expect(page).toBe(withKeys(page));
});
