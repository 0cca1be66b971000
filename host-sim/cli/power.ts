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
 * A device whose power a person can cut (the fault `power-cut`); when it comes back, the firmware starts
 * anew with the storage it has.
 * @param switchOn starts it
 */
export function switched(trouble: Trouble, switchOn: () => Powered): Device {
	let fail: (reason: unknown) => void = () => {};
	const failed = new Promise<never>((_, reject) => {
		fail = reject;
	});
	let device: Powered | undefined;
	const start = () => {
		const own = switchOn();
		device = own;
		own.failed?.catch((reason) => {
			// What ends in a power cut has not failed.
			if (device === own) fail(reason);
		});
	};
	const unlisten = trouble.listen((name, isOn) => {
		if (name !== "power-cut") return;
		if (!isOn) return start();
		const own = device;
		device = undefined;
		own?.cut();
	});
	if (!trouble.has("power-cut")) start();
	return {
		started: device?.started,
		failed,
		stop: async () => {
			unlisten();
			await device?.stop();
			trouble.stop();
		},
	};
}
