import type { DeviceView, FaultName, LinkView, Rule } from "../web/protocol.js";
import { capitalised, isOnline, quantity, reading, readings, roughly } from "./words.js";

/** What the sentence is about. `now` and all times are milliseconds since 1970, by the service's clock. */
export interface Picture {
	readonly device: DeviceView;
	readonly rule: Rule;
	readonly server: LinkView;
	readonly now: number;
}

/** A belief that is younger is on its way, not wrong. */
const FRESH = 3000;

/**
 * Reads the picture aloud: what the light is, what the LED does and why; and
 * where what the server believes differs from what is.
 */
export function sentence(picture: Picture): string {
	const { device, server } = picture;
	const fault = FAULTS_BY_WEIGHT.find((name) => device.faults.some((one) => one.name === name));
	if (fault !== undefined && !PASSABLE.includes(fault)) return `${FAULT[fault](picture)}.`;
	if (device.link !== undefined && !isOnline(device.link)) return `${away(picture, device.link)}.`;
	if (device.hub === undefined && !isOnline(server)) return `${alone(picture)}.`;
	if (fault !== undefined) return `${FAULT[fault](picture)}.`;
	if (device.light === undefined) return "The device is here, and has not sent a reading yet.";
	return `${calm(picture, device.light)}${waits(device) === "" ? "" : `; ${waits(device)}`}.`;
}

/** Of several faults the first decides what is seen of the others. */
const FAULTS_BY_WEIGHT: readonly FaultName[] = [
	"power-cut",
	"wifi-off",
	"broker-down",
	"half-open",
	"latency",
	"storage-full",
];

/** Faults with which messages still arrive. */
const PASSABLE: readonly FaultName[] = ["latency", "storage-full"];

const FAULT: Readonly<Record<FaultName, (picture: Picture) => string>> = {
	"wifi-off": (picture) => `Wi-Fi is off: ${cut(picture)}`,
	"broker-down": (picture) => `The broker is down: ${cut(picture)}`,
	"half-open": (picture) =>
		isOnline(picture.device.link)
			? `Packets vanish and the device has not noticed yet: ${cut(picture)}`
			: `Packets vanish, and the device has given the connection up: ${cut(picture)}`,
	latency: (picture) => `Every packet is late: ${cut(picture)}`,
	"power-cut": (picture) => `The device has no power: the LED is dark, and ${believes(picture)}`,
	"storage-full": ({ device }) =>
		`The storage is full: the device goes on, ${lit(device.led)}, and what it cannot send may be lost`,
};

/** What is, against what the server believes, while nothing or little comes through. */
function cut({ device, ...rest }: Picture): string {
	if (device.light === undefined) return believes({ device, ...rest });
	const is = `${quantity(device)} is ${reading(device.light)}`;
	const wait = waits(device);
	if (device.fallback !== undefined) return [is, wait, itself(device)].filter(isSaid).join(", ");
	if (wait !== "")
		return `${wait} in the device, and ${differs(device) ? believes({ device, ...rest }) : lit(device.led)}`;
	if (differs(device)) return `${is}, but ${believes({ device, ...rest })}`;
	return `${is}, ${lit(device.led)}, and the ${peer(device)} knows it`;
}

/** How many readings wait in the device; nothing if none does. */
function waits({ outbox }: DeviceView): string {
	const pending = outbox?.pending ?? 0;
	return pending === 0 ? "" : `${readings(pending)} ${pending === 1 ? "waits" : "wait"}`;
}

const itself = ({ led }: DeviceView): string => `and the device decides itself: ${lit(led)}`;

const isSaid = (part: string): boolean => part !== "";

function away(picture: Picture, link: LinkView): string {
	const { device } = picture;
	const why = link.reason === undefined ? "" : ` (${link.reason})`;
	if (device.kind === "remote")
		return `The device is offline${why}: the last the ${peer(device)} heard is ${heard(picture)}`;
	if (link.state !== "offline" && link.state !== "backoff") return `The device connects: ${cut(picture)}`;
	return `The device has no connection${why}: ${cut(picture)}`;
}

function alone({ device, server }: Picture): string {
	const why = server.reason === undefined ? "" : ` (${server.reason})`;
	const light = device.light === undefined ? "" : `${quantity(device)} is ${reading(device.light)}`;
	const decides =
		device.fallback === undefined ? `nobody decides, ${lit(device.led)} until it is back` : itself(device);
	return `The server is away${why}: ${[light, waits(device), decides].filter(isSaid).join(", ")}`;
}

function calm(picture: Picture, light: number): string {
	const { device, rule, now } = picture;
	const { hold, led, believed } = device;
	const is = `${capitalised(quantity(device))} is ${reading(light)}`;
	if (device.fallback !== undefined)
		return `${is}, and the device decides itself until a command comes: ${lit(led)}`;
	if (hold !== undefined) {
		const which = `the LED ${hold.led ? "on" : "off"}`;
		if (led !== undefined && led !== hold.led)
			return `${is}: a person wants ${which}, and the device has not obeyed yet`;
		return `${is}: a person holds ${which} for ${roughly(hold.until - now)}, and the rule waits`;
	}
	if (device.decidedBy === "hand" && led !== undefined)
		return `${is}: a person has switched the LED ${led ? "on" : "off"}, until the next command`;
	if (believed.led !== undefined && led !== undefined && believed.led !== led)
		return `${is}: the server has told the LED to go ${believed.led ? "on" : "off"}, and ${lit(led)} still`;
	const old = believed.at !== undefined && now - believed.at > FRESH;
	if (device.kind === "simulated" && differs(device) && old && crosses(device, rule))
		return `${is}, but ${believes(picture)}: ${lit(led)}`;
	if (device.hub !== undefined)
		return `${is}, ${where(light, rule, led)} (lightAlert=${light < rule.threshold}), and ${lit(led)}`;
	if (rule.decides !== undefined) return `${is}: ${lit(led)}, as the rule ${rule.decides} has it`;
	if (rule.asks !== undefined)
		return `${is}, ${where(light, rule, led)}: a vote in the rule ${rule.asks}; ${lit(led)}`;
	return `${is}, ${where(light, rule, led)}: ${lit(led)}`;
}

/** Where the light is, in words of the rule. */
function where(light: number, { threshold, hysteresis }: Rule, led: boolean | undefined): string {
	const upper = threshold + hysteresis;
	if (light < threshold) return `below ${reading(threshold)}`;
	if (hysteresis > 0 && light < upper)
		return `between ${reading(threshold)} and ${reading(upper)}, where ${led === true ? "on stays on" : "off stays off"}`;
	return `${light === upper ? "at" : "above"} ${reading(upper)}`;
}

/** Whether the rule would decide otherwise by what is than by what the server believes. */
function crosses({ light, believed }: DeviceView, { threshold, hysteresis }: Rule): boolean {
	if (light === undefined || believed.light === undefined) return false;
	const [low, high] = [Math.min(light, believed.light), Math.max(light, believed.light)];
	return low < threshold && high >= threshold + hysteresis;
}

const differs = ({ light, believed }: DeviceView): boolean => light !== believed.light;

const believes = ({ device }: Picture): string =>
	device.believed.light === undefined
		? `the ${peer(device)} has heard nothing of it`
		: `the ${peer(device)} still believes that ${quantity(device)} is ${reading(device.believed.light)}`;

/** Who is at the other end. */
const peer = ({ hub }: DeviceView): string => (hub === undefined ? "server" : "hub");

function heard({ device, now }: Picture): string {
	const { believed } = device;
	if (believed.light === undefined) return "nothing";
	const when = believed.at === undefined ? "" : `, ${roughly(now - believed.at)} ago`;
	return `${quantity(device)} ${reading(believed.light)}${when}`;
}

const lit = (led: boolean | undefined): string =>
	led === undefined ? "what the LED does is not known" : `the LED is ${led ? "on" : "off"}`;

/** Who has switched the LED and why, in few words: `by server: 214 < 300`, `by device: offline`, `by hand, for 59 min`. */
export function reason({ device, rule, now }: Picture): string {
	const { hold, led, believed, fallback, decidedBy } = device;
	if (fallback === "silent") return `by device: no ${peer(device)}`;
	if (fallback !== undefined) return isOnline(device.link) ? "by device, for now" : "by device: offline";
	if (hold !== undefined) return `by hand, for ${roughly(hold.until - now)}`;
	if (led === undefined) return "not known yet";
	if (device.faults.some(({ name }) => name === "power-cut")) return "no power";
	if (decidedBy === "hand" || decidedBy === "device") return `by ${decidedBy}`;
	if (device.hub !== undefined) return decidedBy === undefined ? "as it began" : "by the hub";
	if (rule.decides !== undefined && believed.led === led) return `by the rule ${rule.decides}`;
	if (believed.led === undefined || believed.light === undefined) return "as it began";
	const upper = rule.threshold + rule.hysteresis;
	const light = reading(believed.light);
	if (believed.led !== led) return `told ${believed.led ? "on" : "off"}, not done yet`;
	if (led ? believed.light >= upper : believed.light < rule.threshold) return "as last told";
	if (led)
		return `by server: ${light} < ${reading(believed.light < rule.threshold ? rule.threshold : upper)}`;
	return `by server: ${light} ≥ ${reading(believed.light < upper ? rule.threshold : upper)}`;
}
