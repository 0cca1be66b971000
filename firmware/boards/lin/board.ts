import TCP from "embedded:io/socket/tcp";
// biome-ignore lint/style/useNodejsImportProtocol: the SDK's module, not Node's
import Net from "net";
import type { Board } from "../moddable/board.js";
import Analog from "./analog.js";
import Digital from "./digital.js";
import keyValue from "./key-value.js";
import settings from "./settings.js";

/** A board on Linux: real sockets and files, a light sensor that reads a file, an LED in the log. */
const board: Board = Object.freeze({
	io: Object.freeze({ Analog, Digital, TCP }),
	pin: Object.freeze({ led: 0, light: 1 }),
	network: Object.freeze({
		dns: Object.freeze({
			resolve: (host: string, callback: (host: string, address?: string) => void) =>
				Net.resolve(host, callback),
		}),
	}),
	keyValue,
	settings,
});
export default board;
