import fc from "fast-check";

/** Any text, lone surrogates and control characters included. */
export const anyText = fc
	.array(fc.oneof(fc.nat(0xff), fc.nat(0xffff)))
	.map((codes) => String.fromCharCode(...codes));
