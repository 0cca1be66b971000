import { lwipService } from "./lwip.js";
import type { Chip, Services } from "./method.js";
import { systemService } from "./system.js";
import { tcpipService } from "./tcpip.js";
import { wifiDrvService } from "./wifi-drv.js";

/** The services that the chip has, by their ids; not Bluetooth (2 to 13), TLS (17) and mDNS (18). */
export const servicesOf = (chip: Chip): Services =>
	new Map([
		[1, systemService(chip)],
		[14, wifiDrvService(chip)],
		[15, tcpipService(chip)],
		[16, lwipService(chip)],
	]);
