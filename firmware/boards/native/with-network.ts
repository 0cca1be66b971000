import type { Config } from "../../config.js";
import type { Host } from "../../host.js";
import { withRadio } from "../wio-terminal/with-radio.js";
import { Serial } from "./serial.js";

/** The host as the firmware gets it: with the network of the board's radio, if it has one; else its own. */
export const withNetwork = (host: Host, config: Config, hasRadio: boolean): Host =>
	hasRadio ? withRadio(host, Serial, config) : host;
