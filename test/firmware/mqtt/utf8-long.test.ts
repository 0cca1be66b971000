import { expect, it } from "vitest";
import { readUtf8 } from "../../../firmware/mqtt/utf8.js";

// As many arguments as code units would overflow the stack.
it.each(["a", "\u00e9"])("reads a text of 500,000 times %s", (character) => {
	const bytes = Buffer.from(character.repeat(500_000));
	expect(readUtf8(bytes) === bytes.toString()).toBe(true);
});
