import { afterAll, expect, it } from "vitest";
import { TreeCopy } from "../../../support/tree-copy.js";
import { readMistakes } from "./mistakes.js";

const copies: TreeCopy[] = [];
afterAll(() => {
	for (const copy of copies) copy.remove();
});

it.each(readMistakes())("the planted mistake $name fits the sources", ({ patch }) => {
	const copy = new TreeCopy("planted-image", ["host-sim/engines", "firmware/boards"]);
	copies.push(copy);
	expect(() => copy.patch(patch)).not.toThrow();
});
