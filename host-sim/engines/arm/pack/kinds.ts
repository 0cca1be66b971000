/**
 * What a half of a slot's value is: nothing (whatever is there), a value to keep, an address in the flash, or one of a
 * slot, of bytecode, of a text, of an array's items, of bytes.
 */
export type Part = "nothing" | "value" | "flash" | "slot" | "code" | "text" | "items" | "bytes";

/** A kind of slot: its name in XS, and its value's two halves. */
export interface Kind {
	readonly name: string;
	readonly parts: readonly [Part, Part];
	/** Whether one that is the same may stand for it: nothing but the slot before it in its chain refers to it. */
	readonly isShareable?: true;
}

/**
 * The kinds of slots that may be in a heap image, by their number in `xsAll.h` (`XS_UNDEFINED_KIND`, …) and by what
 * their value is there (`txValue`). `preload.c` asserts that the engine has these numbers.
 */
export const KINDS: ReadonlyMap<number, Kind> = new Map<number, Kind>([
	[0, { name: "undefined", parts: ["nothing", "nothing"], isShareable: true }],
	[1, { name: "null", parts: ["nothing", "nothing"], isShareable: true }],
	[2, { name: "boolean", parts: ["value", "nothing"], isShareable: true }],
	[3, { name: "integer", parts: ["value", "nothing"], isShareable: true }],
	[4, { name: "number", parts: ["value", "value"], isShareable: true }],
	[6, { name: "string", parts: ["text", "nothing"], isShareable: true }],
	[7, { name: "symbol", parts: ["value", "nothing"], isShareable: true }],
	[10, { name: "reference", parts: ["slot", "nothing"], isShareable: true }],
	[11, { name: "closure", parts: ["slot", "nothing"], isShareable: true }],
	[13, { name: "instance", parts: ["nothing", "slot"] }],
	[16, { name: "array", parts: ["items", "value"] }],
	[17, { name: "array buffer", parts: ["bytes", "value"] }],
	[20, { name: "code", parts: ["code", "slot"], isShareable: true }],
	[22, { name: "data view", parts: ["value", "value"] }],
	[28, { name: "module", parts: ["slot", "value"] }],
	[34, { name: "typed array", parts: ["flash", "flash"] }],
	[38, { name: "accessor", parts: ["slot", "slot"], isShareable: true }],
	[42, { name: "home", parts: ["slot", "slot"], isShareable: true }],
	[44, { name: "key", parts: ["text", "value"] }],
	[49, { name: "callback", parts: ["flash", "slot"], isShareable: true }],
	[52, { name: "export", parts: ["slot", "slot"] }],
	[54, { name: "buffer info", parts: ["value", "value"] }],
]);

/** Of a home, the ID is the profiler's: the image has none. */
export const HOME = 42;
