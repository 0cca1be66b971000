import type { CoProcessor } from "./chip.js";

/** A whole number from 0 up to, not including, `limit`. */
const below = (random: () => number, limit: number): number => Math.floor(random() * limit);

/** Calls that a client cannot do without: service and method. */
const CALLS: readonly (readonly [service: number, request: number])[] = Object.freeze([
	[1, 1],
	[14, 27],
	[14, 1],
	[15, 13],
	[16, 25],
	[16, 18],
	[16, 9],
	[16, 15],
	[16, 12],
	[16, 8],
]);

type Fault = (chip: CoProcessor, random: () => number, ssids: readonly string[]) => void;

/** Every fault, each as a seed draws it. */
const FAULTS: Readonly<Record<string, Fault>> = Object.freeze({
	"bytes to the host lost": ({ faults }, random) =>
		faults.toHost.lose(1 + below(random, 8), below(random, 200)),
	"bytes to the chip lost": ({ faults }, random) =>
		faults.toChip.lose(1 + below(random, 8), below(random, 200)),
	"bit to the host inverted": ({ faults }, random) => faults.toHost.flip(below(random, 200)),
	"bit to the chip inverted": ({ faults }, random) => faults.toChip.flip(below(random, 200)),
	"byte to the host inserted": ({ faults }, random) =>
		faults.toHost.insert(Uint8Array.of(below(random, 0x100)), below(random, 200)),
	"byte to the chip inserted": ({ faults }, random) =>
		faults.toChip.insert(Uint8Array.of(below(random, 0x100)), below(random, 200)),
	noise: ({ faults }, random) => {
		faults.toHost.noise(random() / 1000);
		faults.toChip.noise(random() / 1000);
	},
	"call hangs": ({ faults }, random) => faults.hang(...drawn(CALLS, random)),
	"call resets": ({ faults }, random) => faults.resetDuring(...drawn(CALLS, random)),
	"access point gone": ({ faults }, random, ssids) => {
		if (ssids.length > 0) faults.accessPointGone(drawn(ssids, random));
	},
	"no DNS": ({ faults }) => faults.failDns(),
	"no DHCP": ({ faults }) => faults.withholdDhcp(),
	"buffers full": ({ faults }) => faults.fillBuffers(),
	"wrong baud": ({ faults }) => faults.wrongBaud(115_200),
	"reset loop": ({ faults }, random) => faults.resetInLoop(50 + below(random, 2000)),
	"power cut": (chip) => {
		chip.setPower(0);
		chip.setPower(1);
	},
});

const drawn = <T>(choices: readonly T[], random: () => number): T =>
	choices[below(random, choices.length)] as T;

/**
 * Makes something go wrong that follows from `random` alone, and returns what, in words. All but bytes that
 * are spoilt once, and a power cut, stays until `clear` of the chip's faults.
 * @param random from 0 up to, not including, 1
 * @param ssids the access points that may go
 */
export function drawFault(chip: CoProcessor, random: () => number, ssids: readonly string[] = []): string {
	const [name, apply] = drawn(Object.entries(FAULTS), random);
	apply(chip, random, ssids);
	return name;
}
