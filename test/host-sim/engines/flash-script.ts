import type { Flash, FlashStorage } from "../../../firmware/ecma-419.js";

/** What a firmware does with its flash memory, and what it sees of it; the same on every engine. */
export function playFlash(storage: FlashStorage | undefined, say: (line: string) => void): void {
	if (storage === undefined) return say("no flash memory");
	const attempt = (name: string, action: () => unknown) => {
		try {
			say(`${name}: ${action()}`);
		} catch (error) {
			say(`${name}: ${(error as Error).message}`);
		}
	};
	let flash = undefined as Flash | undefined;
	attempt("open", () => {
		flash = storage.open({ path: "outbox" });
		return JSON.stringify(flash.status());
	});
	if (flash === undefined) return;
	play(flash, attempt);
	const again = storage.open({ path: "outbox" });
	attempt("opened again", () => bytesOf(again, 8, 0));
	attempt("another", () => bytesOf(storage.open({ path: "log" }), 4, 0));
	again.close();
}

function play(flash: Flash, attempt: (name: string, action: () => unknown) => void): void {
	attempt("erased", () => bytesOf(flash, 4, 0));
	attempt("write", () => flash.write(Uint8Array.of(0, 1, 0xf0, 0, 255), 2));
	attempt("write again", () => flash.write(Uint8Array.of(9, 0x3c, 0, 9).subarray(1, 3), 4));
	attempt("write a buffer", () => flash.write(Uint8Array.of(7, 0).buffer, 8));
	attempt("written", () => bytesOf(flash, 10, 0));
	attempt("the last byte", () => flash.write(Uint8Array.of(5), 65_535));
	attempt("and it is", () => bytesOf(flash, 2, 65_534));
	attempt("write beyond the end", () => flash.write(new Uint8Array(2), 65_535));
	attempt("read beyond the end", () => flash.read(2, 65_535));
	attempt("no block", () => flash.eraseBlock(16));
	attempt("nothing", () => flash.read(0, 0).byteLength);
	attempt("a lot", () => flash.read(0xffff, 1).byteLength);
	attempt("pseudorandom steps", () => steps(flash));
	attempt("erase one", () => flash.eraseBlock(15));
	attempt("erase several", () => flash.eraseBlock(0, 3));
	attempt("erase none", () => flash.eraseBlock(3, 3));
	attempt("what is left", () => [0, 4096, 12_287, 12_288, 65_535].map((offset) => bytesOf(flash, 1, offset)));
	attempt("write for later", () => flash.write(Uint8Array.of(1, 2, 3), 1));
}

const bytesOf = (flash: Flash, length: number, offset: number) =>
	[...new Uint8Array(flash.read(length, offset))].join();

/** Programs and erases here and there; a number that tells what has become of all bytes. */
function steps(flash: Flash): number {
	let state = 1;
	const below = (limit: number) => {
		state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
		return (state >> 8) % limit;
	};
	for (let step = 0; step < 60; step++) {
		if (below(6) === 0) flash.eraseBlock(below(16));
		else
			flash.write(
				Uint8Array.from({ length: below(40) }, () => below(256)),
				below(65_000),
			);
	}
	let sum = 0;
	for (let block = 0; block < 16; block++) {
		for (const byte of new Uint8Array(flash.read(4096, block * 4096))) sum = (Math.imul(sum, 31) + byte) | 0;
	}
	return sum;
}
