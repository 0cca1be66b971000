import type { Trouble } from "../trouble/trouble.js";
import type { Running } from "./lifecycle.js";

/** A device that was started. */
export type Device = Pick<Running, "started" | "failed" | "stop">;

/** A device while it has power. */
export interface Powered extends Device {
	/** Takes the power away: it ends at once, without a farewell. */
	cut(): void;
}

/**
 * A device that starts again with the storage it has when its firmware wants that, and, where a person can cut its
 * power (the fault `power-cut`), when that comes back.
 * @param switchOn starts it; what it is given ends it at once and starts it again, once the present turn is over
 */
export function switched(trouble: Trouble | undefined, switchOn: (restart: () => void) => Powered): Device {
	return new Switched(trouble, switchOn);
}

class Switched implements Device {
	readonly started: Promise<void> | undefined;
	readonly failed: Promise<never>;
	readonly #trouble: Trouble | undefined;
	readonly #switchOn: (restart: () => void) => Powered;
	readonly #unlisten: () => void;
	#fail: (reason: unknown) => void = () => {};
	/** It wants to start again while it is being stopped. */
	#onRestartInStop: (() => void) | undefined;
	#device: Powered | undefined;
	#restart: NodeJS.Immediate | undefined;

	constructor(trouble: Trouble | undefined, switchOn: (restart: () => void) => Powered) {
		this.#trouble = trouble;
		this.#switchOn = switchOn;
		this.failed = new Promise<never>((_, reject) => {
			this.#fail = reject;
		});
		const turn = (name: string, isOn: boolean) => {
			if (name !== "power-cut") return;
			if (isOn) this.#cut();
			else this.#start();
		};
		this.#unlisten = trouble?.listen(turn) ?? (() => {});
		if (!trouble?.has("power-cut")) this.#start();
		this.started = this.#device?.started;
	}

	async stop(): Promise<void> {
		this.#unlisten();
		clearImmediate(this.#restart);
		const ended = new Promise<void>((resolve) => {
			this.#onRestartInStop = resolve;
		});
		await Promise.race([this.#device?.stop(), ended]);
		this.#trouble?.stop();
	}

	#start(): void {
		let own: Powered | undefined;
		own = this.#switchOn(() => {
			if (own === undefined || this.#device !== own) return;
			this.#cut();
			if (this.#onRestartInStop !== undefined) return this.#onRestartInStop();
			this.#restart = setImmediate(() => this.#startAgain());
		});
		const device = own;
		this.#device = device;
		device.failed?.catch((reason) => {
			// What ends in a power cut has not failed.
			if (this.#device === device) this.#fail(reason);
		});
	}

	#startAgain(): void {
		try {
			this.#start();
		} catch (error) {
			this.#fail(error);
		}
	}

	#cut(): void {
		clearImmediate(this.#restart);
		const own = this.#device;
		this.#device = undefined;
		own?.cut();
	}
}
