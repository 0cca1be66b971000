import Analog from "embedded:io/analog";
import Digital from "embedded:io/digital";
import TCP from "embedded:io/socket/tcp";
import WiFi from "embedded:network/interface/wifi";
import keyValue from "embedded:storage/key-value";
import settings from "firmware/boards/moddable/config-settings";
import Modules from "modules";
// biome-ignore lint/style/useNodejsImportProtocol: the SDK's module, not Node's
import Net from "net";
import SNTP from "sntp";
import type { Board } from "../../moddable/board.js";

/**
 * GPIO 34: input only, and on the first converter (GPIO 32 to 39); the radio has the second one to
 * itself (ESP32 technical reference manual, 29.3).
 */
const LIGHT = 34;

/** GPIO 2: where most development boards have an LED of their own; high is on. */
const LED = 2;

function ask(host: string, callback: (seconds: number) => void): void {
	new SNTP({ host }, (message, value) => {
		if (message === SNTP.time) callback(Number(value));
	});
}

/** In the image when `local.json` includes `secure.json`; otherwise TLS and WebSockets cost nothing. */
const TRANSPORTS = "firmware/boards/esp32/transports";

/** An ESP32 with a light sensor and an LED. */
const board: Board = Object.freeze({
	io: Object.freeze({ Analog, Digital, TCP }),
	pin: Object.freeze({ led: LED, light: LIGHT }),
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
	settings,
});
export default board;
