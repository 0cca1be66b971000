import TCP from "embedded:io/socket/tcp";
import files from "embedded:storage/files";
// biome-ignore lint/style/useNodejsImportProtocol: the SDK's module, not Node's
import Net from "net";
import type { Board } from "../moddable/board.js";
import { hmacSha256 } from "../moddable/hmac.js";
import { createTransports } from "../moddable/transports.js";
import Analog from "./analog.js";
import Digital from "./digital.js";
import { readFile } from "./file.js";
import { createFlash } from "./flash.js";
import keyValue from "./key-value.js";
import pins from "./pins.js";
import settings from "./settings.js";

/** A certificate or key in DER, out of the board's folder, where it need not be. */
const der = (name: string): Uint8Array | undefined => {
	const content = readFile(files, name);
	return content && new Uint8Array(content);
};

const ca = der("ca.der");
const clientCertificate = der("client.der");
const clientKey = der("client.key");

/** A board on Linux: real sockets and files, sensors that read files, an LED in the log. */
const board: Board = Object.freeze({
	name: "lin",
	hmacSha256,
	io: Object.freeze({ Analog, Digital, TCP }),
	pin: pins,
	network: Object.freeze({
		dns: Object.freeze({
			resolve: (host: string, callback: (host: string, address?: string) => void) =>
				Net.resolve(host, callback),
		}),
		transports: createTransports({
			...(ca !== undefined && { ca: [ca] }),
			...(clientCertificate !== undefined && { clientCertificate: [clientCertificate] }),
			...(clientKey !== undefined && { clientKey }),
		}),
	}),
	keyValue,
	flash: createFlash(files),
	restart: () => {
		trace("Ended, to be started again\n");
		// An exception that nobody catches ends the process.
		throw new Error("restart");
	},
	settings,
});
export default board;
