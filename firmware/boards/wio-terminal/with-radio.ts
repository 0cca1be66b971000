import type { Config } from "../../config.js";
import type { HostProvider, SerialConstructor } from "../../ecma-419.js";
import type { Host } from "../../host.js";
import type { BareHost } from "../native/provider.js";
import { createRadioNetwork } from "./network.js";
import { createTCP } from "./radio/tcp.js";

/** The pin of a board that switches its radio on. */
export const RADIO_ENABLE = "radioEnable";

/** The network in reach of a simulated board whose configuration names none. */
export const DEFAULT_SSID = "nightlight";

/**
 * The share of the link's own time for resolving that joining may take: less than all, so that the
 * link hears from the network what went wrong before it gives up by itself.
 */
const JOIN_SHARE = 0.9;
/** Milliseconds that starting the radio, joining and getting an address may take at least: they take some seven seconds. */
const LEAST_JOIN_TIME = 9000;

/**
 * A host whose network is that of the board's radio, an RTL8720DN on the serial port: TCP, names and the wall clock.
 * @throws RangeError for a broker over TLS, which neither the radio nor this firmware speaks yet
 */
export function withRadio(host: BareHost, Serial: SerialConstructor, config: Config): Host {
	const { protocol } = config.broker;
	if (protocol !== "mqtt")
		throw new RangeError(`broker.protocol: got "${protocol}", the radio has "mqtt" only`);
	const { io, pin, keyValue, flash } = host.device;
	const { ssid = DEFAULT_SSID, password, timeServer } = config.wifi;
	const { timer } = host;
	const { radio, network, resolver, date } = createRadioNetwork({
		...{ io: { Serial, Digital: io.Digital }, enable: pin[RADIO_ENABLE] ?? RADIO_ENABLE, host },
		...{
			ssid,
			password,
			timeServer,
			timeout: Math.max(LEAST_JOIN_TIME, config.reconnect.timeout * JOIN_SHARE),
		},
	});
	const device: HostProvider = {
		io: { Analog: io.Analog, Digital: io.Digital, TCP: createTCP(radio, network, timer) },
		pin,
		network: { dns: { resolver: { io: resolver } } },
		...(keyValue !== undefined && { keyValue }),
		...(flash !== undefined && { flash }),
	};
	return {
		...{ device, timer, engine: host.engine },
		now: () => host.now(),
		date: () => date() || undefined,
		random: () => host.random(),
		hmacSha256: (key, text) => host.hmacSha256(key, text),
		restart: () => host.restart(),
		report: (event) => host.report(event),
	};
}
