import Analog from "embedded:io/analog";
import Digital from "embedded:io/digital";
import TCP from "embedded:io/socket/tcp";
import WiFi from "embedded:network/interface/wifi";
import flash from "embedded:storage/flash";
import keyValue from "embedded:storage/key-value";
import pins from "firmware/boards/esp32/pins";
import settings from "firmware/boards/moddable/config-settings";
import Modules from "modules";
// biome-ignore lint/style/useNodejsImportProtocol: the SDK's module, not Node's
import Net from "net";
import SNTP from "sntp";
import type { Board } from "../moddable/board.js";

function ask(host: string, callback: (seconds: number) => void): void {
	new SNTP({ host }, (message, value) => {
		if (message === SNTP.time) callback(Number(value));
	});
}

/** In the image when `local.json` includes `secure.json`; otherwise TLS and WebSockets cost nothing. */
const TRANSPORTS = "firmware/boards/esp32/transports";

/** An ESP32 with sensors and an LED: on which pins, its board says. */
const board: Board = Object.freeze({
	name: "esp32",
	get hmacSha256() {
		return Modules.has(TRANSPORTS) ? Modules.importNow(TRANSPORTS).hmacSha256 : undefined;
	},
	io: Object.freeze({ Analog, Digital, TCP }),
	pin: pins,
	network: Object.freeze({
		wifi: Object.freeze({ io: WiFi }),
		dns: Object.freeze({
			resolve: (host: string, callback: (host: string, address?: string) => void) =>
				Net.resolve(host, callback),
		}),
		get transports() {
			return Modules.has(TRANSPORTS) ? Modules.importNow(TRANSPORTS).default() : undefined;
		},
		ntp: Object.freeze({ ask }),
	}),
	keyValue,
	flash,
	restart: () => System.restart(),
	settings,
});
export default board;
