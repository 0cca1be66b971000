import type { Config } from "../../firmware/config.js";
import { usage } from "./failure.js";
import type { Running } from "./lifecycle.js";
import { ID_RULE, isId } from "./options.js";
import type { Settings } from "./settings.js";

/** Milliseconds between the starts of two devices at most. */
const LONGEST_PAUSE = 10;

/**
 * The configurations of several devices: that of the settings, with ids of their own, `ID-1` to `ID-COUNT`. One device
 * has the id as it is.
 * @throws Failure for what devices cannot share: a client id, a topic without the id, an id that gets too long
 */
export function devicesOf(
	{ config, placeOf }: Pick<Settings, "config" | "placeOf">,
	count: number,
): Config[] {
	if (count === 1) return [config];
	const { id, mqtt, topics } = config;
	if (!isId(`${id}-${count}`)) throw usage(`--devices: the id ${id}-${count} must be ${ID_RULE}`);
	if (mqtt.clientId !== undefined)
		throw usage(
			`${placeOf("mqtt.clientId")}: is for one device, but --devices wants ${count}: leave it out, and each has its own`,
		);
	for (const [name, topic] of Object.entries(topics)) {
		if (topic === null || topic.includes("{id}")) continue;
		throw usage(
			`${placeOf(`topics.${name}`)}: got ${JSON.stringify(topic)}, wants {id} in it, because --devices is ${count}`,
		);
	}
	return Array.from({ length: count }, (_, index) => ({ ...config, id: `${id}-${index + 1}` }));
}

/**
 * Starts several devices one after the other, so that they report at different times as devices do that were not
 * switched on together.
 * @param interval milliseconds between two reports of a device
 */
export function runFleet(starts: readonly (() => Running)[], interval: number): Running {
	const [only] = starts;
	if (only !== undefined && starts.length === 1) return only();
	const running: Running[] = [];
	let timer: NodeJS.Timeout | undefined;
	let fail: (error: unknown) => void = () => {};
	const failed = new Promise<never>((_, reject) => {
		fail = reject;
	});
	const started = new Promise<void>((resolve) => {
		const next = (): void => {
			const device = starts[running.length]?.();
			if (device === undefined)
				return void Promise.all(running.map((one) => one.started)).then(() => resolve());
			running.push(device);
			device.failed?.catch(fail);
			timer = setTimeout(next, Math.min(LONGEST_PAUSE, interval / starts.length));
		};
		next();
	});
	return {
		...{ started, failed },
		hasWorked: () => running.length === starts.length && running.every((device) => device.hasWorked()),
		stop: async () => {
			clearTimeout(timer);
			await Promise.all(running.map((device) => device.stop()));
		},
	};
}
