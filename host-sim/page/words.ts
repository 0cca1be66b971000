import type { DeviceView, FaultName, LinkView, OutboxView } from "../web/protocol.js";

/** How long, in one or two units: `0.4 s`, `12 s`, `4 min 12 s`, `3 h 5 min`, `2 days`. Negative is 0. */
export function duration(milliseconds: number): string {
	const seconds = Math.max(0, milliseconds) / 1000;
	if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
	if (seconds < 59.5) return `${Math.round(seconds)} s`;
	const whole = Math.round(seconds);
	if (whole < 3600) return two(Math.floor(whole / 60), "min", whole % 60, "s");
	const minutes = Math.round(seconds / 60);
	if (minutes < 1440) return two(Math.floor(minutes / 60), "h", minutes % 60, "min");
	const days = Math.floor(minutes / 1440);
	return days === 1 ? "1 day" : `${days} days`;
}

/** How long until now, in whole seconds: `4 s`, `4 min 12 s`. */
export const elapsed = (milliseconds: number): string => {
	const seconds = Math.max(0, Math.floor(milliseconds / 1000));
	return seconds < 60 ? `${seconds} s` : duration(seconds * 1000);
};

/** How long in one unit, for where it changes each second: `12 s`, `4 min`, `3 h`. */
export const roughly = (milliseconds: number): string => {
	const seconds = Math.max(0, Math.round(milliseconds / 1000));
	if (seconds < 90) return `${seconds} s`;
	const minutes = Math.round(seconds / 60);
	return minutes < 90 ? `${minutes} min` : duration(milliseconds);
};

const two = (high: number, unit: string, low: number, lesser: string): string =>
	low === 0 ? `${high} ${unit}` : `${high} ${unit} ${low} ${lesser}`;

/** What a fault is called, and what it does. */
export const FAULTS: Readonly<Record<FaultName, { readonly name: string; readonly does: string }>> = {
	"wifi-off": { name: "Wi-Fi off", does: "the radio finds no network" },
	"broker-down": { name: "Broker down", does: "connections are refused" },
	"half-open": { name: "Half-open", does: "packets vanish, nothing closes" },
	latency: { name: "Latency", does: "every packet comes late" },
	"power-cut": { name: "Power cut", does: "off; what was in RAM is lost" },
	"storage-full": { name: "Storage full", does: "nothing more can be kept" },
};

/** A link's state as a word. */
export const stateWord = ({ state }: LinkView): string => capitalised(state);

/** What a device measures, in words: `light`, `living room temperature`. */
export const quantity = ({ sensor = "light" }: Pick<DeviceView, "sensor">): string =>
	sensor.replaceAll("_", " ");

/** With a capital. */
export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Whether a link carries messages. */
export const isOnline = (link: LinkView | undefined): boolean => link?.state === "online";

/** What a device is: `simulated, XS`. */
export function kindOf({ kind, engine }: DeviceView): string {
	if (kind === "remote") return "on the broker";
	return engine === undefined ? "simulated" : `simulated, ${ENGINES[engine]}`;
}

const ENGINES = { node: "Node", xs: "XS", arm: "ARM", wio: "Wio Terminal" } as const;

/** A number in words of the page: whole, or with the digits that matter. */
export const reading = (value: number): string =>
	Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));

/** So many of something: `1 reading`, `14 readings`. */
export const readings = (count: number): string => (count === 1 ? "1 reading" : `${count} readings`);

/** What an outbox holds and what did not go through it: `14 waiting, 3 dropped`; of all that is 0 nothing. */
export function outboxWords(outbox: OutboxView | undefined): string {
	if (outbox === undefined) return "";
	const { pending, dropped, setAside, lost } = outbox;
	const parts = [
		[pending, "waiting"],
		[dropped, "dropped"],
		[setAside, "set aside"],
		[lost, "lost"],
	] as const;
	return parts
		.filter(([count]) => count > 0)
		.map(([count, what]) => `${count} ${what}`)
		.join(", ");
}

/** `now`, or `12 s ago`. */
export const ago = (milliseconds: number): string =>
	milliseconds < 1500 ? "now" : `${roughly(milliseconds)} ago`;

/** The time of day, local: `21:46:05.3`, or without the hour `46:05.3`. */
export function clock(time: number, hour: boolean): string {
	const at = new Date(Math.floor(time / 100) * 100);
	const pad = (value: number): string => String(value).padStart(2, "0");
	const rest = `${pad(at.getMinutes())}:${pad(at.getSeconds())}.${Math.floor(at.getMilliseconds() / 100)}`;
	return hour ? `${pad(at.getHours())}:${rest}` : rest;
}
