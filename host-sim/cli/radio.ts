import { DEFAULT_SSID } from "../../firmware/boards/wio-terminal/with-radio.js";
import type { Config } from "../../firmware/config.js";
import type { Host } from "../../firmware/host.js";
import type { AccessPoint } from "../co-processor/access-point.js";
import { withSimulatedRadio } from "../co-processor/board.js";
import type { Life } from "../trouble/life.js";
import { usage } from "./failure.js";
import type { DeviceOptions } from "./options.js";

/** What DHCP gives in the simulated network: addresses that nobody has (RFC 5737). */
const LEASE = Object.freeze({ address: "192.0.2.50", mask: "255.255.255.0", gateway: "192.0.2.1" });
/** dBm. */
const SIGNAL = -55;

/**
 * Whether the device is to have a radio.
 * @throws Failure for what does not go with one
 */
export function readRadio(
	{ radio, engine, screen, record }: Pick<DeviceOptions, "radio" | "engine" | "screen" | "record">,
	{ broker: { protocol } }: Config,
): boolean {
	if (screen !== undefined && engine !== "wio") throw usage("--screen is for --engine wio: no other has one");
	// A Wio Terminal has no other way out.
	if (radio !== "on" && engine !== "wio") return false;
	const option = engine === "wio" ? "--engine wio" : "--radio on";
	if (protocol !== "mqtt")
		throw usage(`${option}: the radio has no TLS and no WebSocket yet, so not ${protocol}://`);
	if (record !== undefined) throw usage(`--record is not for ${option} yet: leave out one of them`);
	return true;
}

/** The Wi-Fi network that a device's configuration names, or a usual one, in reach. */
export function accessPointOf({ wifi }: Config): AccessPoint {
	const { ssid = DEFAULT_SSID, password } = wifi;
	return { ssid, ...(password !== undefined && { password }), rssi: SIGNAL, channel: 6, dhcp: LEASE };
}

/** The host with a simulated radio, and with the network in reach that the configuration names. */
export function onRadio(host: Host, config: Config, life: Life): Host {
	const { timeServer } = config.wifi;
	const board = withSimulatedRadio(host, { accessPoints: [accessPointOf(config)], timeServer });
	life.adopt({ close: () => board.chip.setPower(0) });
	return board.host;
}
