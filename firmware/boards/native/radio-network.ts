import type { Config } from "../../config.js";
import type { Host } from "../../host.js";
import { withRadio } from "../wio-terminal/with-radio.js";
import type { BareHost } from "./provider.js";
import { Serial } from "./serial.js";

/** In place of `with-network.ts`, in an image for a board with a radio. */
export const withNetwork = (host: BareHost, config: Config): Host => withRadio(host, Serial, config);
