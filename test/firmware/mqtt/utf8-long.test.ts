import { expect, it } from "vitest";
import { readUtf8 } from "../../../firmware/mqtt/utf8.js";

// As many arguments as code units would overflow any stack.
it.each(["a", "\u00e9", "\u{1f4a1}"])("reads a megabyte of %s", (character) => {
	const bytes = Buffer.alloc(1_000_000, character);
	const text = readUtf8(bytes);
	expect(text === bytes.toString()).toBe(true);
});
