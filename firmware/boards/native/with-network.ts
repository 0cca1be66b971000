import type { Config } from "../../config.js";
import type { Host } from "../../host.js";
import { withRadio } from "../wio-terminal/with-radio.js";
import type { BareHost } from "./provider.js";
import { Serial } from "./serial.js";
import { withSockets } from "./sockets.js";

/** The host as the firmware gets it: with the network of the board's radio, if it has one; else of its native functions. */
export const withNetwork = (host: BareHost, config: Config, hasRadio: boolean): Host =>
	hasRadio ? withRadio(host, Serial, config) : withSockets(host);
