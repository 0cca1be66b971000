import { isIP } from "node:net";
import type { Range } from "./options.js";

/** An IP address, version 4 or 6, as a string. */
export const ipAddress: Range<string> = (value, name) => {
	const address = String(value);
	if (isIP(address) === 0) throw new RangeError(`${name}: "${address}" is not an IP address`);
	return address;
};

const groupsOf = (text: string): string[] => (text === "" ? [] : text.split(":"));

/** The last 32 bits written as IPv4, which is allowed in IPv6, as two groups. */
const withoutDots = (address: string): string =>
	address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_match, ...parts) => {
		const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
		return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
	});

/**
 * An IP address in the one form that the standard has for it: IPv6 as eight groups of four digits,
 * lower case (§6, "IP address"). A zone (`%eth0`) is kept, as the address is no use without it.
 */
export const standardForm = (address: string): string => {
	if (isIP(address) !== 6) return address;
	const [plain = "", zone] = address.toLowerCase().split("%");
	const [head = "", tail] = withoutDots(plain).split("::");
	const first = groupsOf(head);
	const last = groupsOf(tail ?? "");
	const zeros = Array<string>(8 - first.length - last.length).fill("0");
	const full = [...first, ...zeros, ...last].map((group) => group.padStart(4, "0")).join(":");
	return zone === undefined ? full : `${full}%${zone}`;
};
