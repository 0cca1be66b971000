import { utf8Length } from "../../../mqtt/utf8.js";
import { Request } from "./request.js";
import { Service } from "./services.js";

const WIFI_CONNECT = 1;
const OPEN = 0;
const WPA2_AES = 0x0040_0004;
const NO_KEY = -1;
const NO_SEMAPHORE = 0;

/** Bytes of a length before a text, of the parameters without texts, and of the flag that a value is absent. */
const LENGTH = 4;
const NUMBERS = 12;
const FLAG = 1;

/** A Wi-Fi network, and its password if it is not open. */
export interface Access {
	SSID: string;
	password?: string;
}

/** The call with which the radio joins a network: with a password over WPA2 (which WPA3 networks mostly allow). */
export function joinRequest({ SSID, password }: Access): Request {
	const ssid = utf8Length(SSID);
	const security = password === undefined ? OPEN : WPA2_AES;
	const key = password === undefined ? 0 : LENGTH + utf8Length(password);
	const request = new Request(Service.WIFI, WIFI_CONNECT, LENGTH + ssid + FLAG + key + NUMBERS).text(
		SSID,
		ssid,
	);
	if (password === undefined) request.u8(1);
	else request.u8(0).text(password, key - LENGTH);
	return request.int(security).int(NO_KEY).int(NO_SEMAPHORE);
}
