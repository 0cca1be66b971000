import { type Bench, bad, good, none, type Result } from "./bench.js";

/** The SDK that the firmware is made for, as tools/moddable/build.sh has it. */
const MADE_FOR = "8.2.";

/** Bytes for each step of the heap's character. */
const HEAP_STEP = 32_768;

/** Which SDK built this, and for which board. */
export function checkEngine({ sdk, board }: Bench): Result {
	if (sdk === undefined) return none(`on ${board}; the build did not say which SDK`);
	if (sdk.startsWith(MADE_FOR)) return good("1", `Moddable SDK ${sdk} on ${board}`);
	return bad("X", `Moddable SDK ${sdk} on ${board}, made for ${MADE_FOR}x`);
}

/** What the system has free, before the radio has started: its code is how many times 32 KB, at most 9. */
export function checkHeap(bench: Bench): Result {
	const free = bench.instrument("System Free Memory");
	if (free === undefined) return none("not measured: this is no debug build");
	if (free === 0) return none("this platform does not tell");
	const steps = Math.min(9, Math.floor(free / HEAP_STEP));
	if (steps === 0) return bad("0", `${free} bytes free, too little for Wi-Fi`);
	return good(String(steps), `${free} bytes free`);
}

/** What the JavaScript engine takes of its memory. */
export function checkMemory(bench: Bench): Result {
	const slots = bench.instrument("XS Slot Heap Used");
	const chunks = bench.instrument("XS Chunk Heap Used");
	const stack = bench.instrument("XS Stack Used");
	if (slots === undefined || chunks === undefined || stack === undefined) {
		return none("not measured: this is no debug build");
	}
	const text = `${slots} bytes of slots and ${chunks} of chunks, garbage included, ${stack} of stack at most`;
	return slots > 0 && chunks > 0 && stack > 0 ? good("1", text) : bad("0", text);
}
