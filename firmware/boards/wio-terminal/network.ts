import type { DigitalConstructor, ResolverOptions, SerialConstructor } from "../../ecma-419.js";
import type { Host } from "../../host.js";
import { type Network, WiFiNetwork } from "../network/network.js";
import { createResolver } from "../network/resolver.js";
import { Clock } from "./clock.js";
import { createNames } from "./radio/names.js";
import { Radio, type RadioOptions } from "./radio/radio.js";
import { RadioWiFi } from "./radio/wifi.js";
import { TimeKeeper } from "./time-keeper.js";

/** What a Wio Terminal's network is made of. */
export interface RadioNetworkOptions {
	readonly io: { readonly Serial: SerialConstructor; readonly Digital: DigitalConstructor };
	readonly enable: RadioOptions["enable"];
	/** The Wi-Fi network. */
	readonly ssid: string;
	/** Absent for an open one. */
	readonly password?: string | undefined;
	/** A time server's name. */
	readonly timeServer: string;
	/** Milliseconds for starting the radio, joining and getting an address. */
	readonly timeout: number;
	readonly host: Pick<Host, "timer" | "now" | "random" | "report">;
}

/** The network of a board whose radio is an RTL8720DN. */
export interface RadioNetwork {
	readonly radio: Radio;
	readonly network: Network;
	readonly resolver: ResolverOptions["io"];
	/** Milliseconds since 1970; 0 while no time server has said it. */
	date(): number;
}

/** Joins the radio, Wi-Fi, the resolver and the clock. Nothing begins before a name is looked up. */
export function createRadioNetwork(options: RadioNetworkOptions): RadioNetwork {
	const { io: ports, enable, ssid, password, timeServer, timeout, host } = options;
	const { timer, now, random } = { timer: host.timer, now: () => host.now(), random: () => host.random() };
	const radio = new Radio({ io: ports, enable, timer, now });
	const io = class WiFi extends RadioWiFi {
		constructor({ onChanged }: { onChanged: () => void }) {
			super(radio, timer, onChanged);
		}
	};
	const network = new WiFiNetwork({
		io,
		ssid,
		password,
		timeout,
		timer,
		report: (event) => {
			host.report(event);
			keeper.networkIs(event.state === "up");
		},
	});
	const names = createNames(radio, network);
	const clock = new Clock(now);
	const keeper = new TimeKeeper({ radio, network, names, timer, now, random, server: timeServer }, clock);
	return { radio, network, resolver: createResolver(names, network), date: () => clock.date() };
}
