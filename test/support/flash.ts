import type { Flash } from "../../firmware/ecma-419.js";
import { SimulatedFlash } from "../../host-sim/simulation/device/flash.js";
import { Power } from "../../host-sim/simulation/device/power.js";
import { Random } from "../../host-sim/simulation/random.js";

/** A flash for tests, which fails and tears as the test says. */
export class TestFlash {
	readonly #flash: SimulatedFlash;
	#power = new Power(() => {});
	/** Whether every call fails. */
	isBroken = false;
	/** Changes (writes and erases) until the power goes within one; `undefined`: it stays. */
	changesLeft: number | undefined;

	constructor(seed = 1) {
		this.#flash = new SimulatedFlash(new Random(seed, "flash"), {
			checkWorks: () => {
				if (this.isBroken) throw new Error("the flash is broken");
			},
			goesNow: () => this.changesLeft !== undefined && this.changesLeft-- === 0,
			cut: () => {
				this.#power.isOn = false;
			},
		});
	}

	/** Whether the power has stayed since the last start. */
	get isOn(): boolean {
		return this.#power.isOn;
	}

	/** The partition after a start; the one before is without power. @param blocks how many there are to be, of 16 */
	start(path = "outbox", blocks?: number): Flash {
		this.#power.isOn = false;
		this.#power = new Power(() => {});
		this.changesLeft = undefined;
		const flash = this.#flash.during(this.#power).open({ path });
		if (blocks === undefined) return flash;
		const { blockLength } = flash.status();
		return { ...flash, status: () => ({ size: blocks * blockLength, blocks, blockLength }) };
	}
}
