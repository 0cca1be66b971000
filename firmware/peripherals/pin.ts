import type { HostProvider, PinSpecifier } from "../ecma-419.js";

/**
 * The pin that the board calls `name`.
 * @throws RangeError when it has none of that name
 */
export function pinOf(device: HostProvider, name: string): PinSpecifier {
	const pin = Object.hasOwn(device.pin, name) ? device.pin[name] : undefined;
	if (pin !== undefined) return pin;
	const known = Object.keys(device.pin).join(", ");
	throw new RangeError(`the board has no pin "${name}"; it has ${known}`);
}
