import type { WiFi } from "../../../ecma-419.js";
import type { Timer, TimerId } from "../../../host.js";
import { readAddress } from "./address.js";
import { type Access, joinRequest } from "./join-request.js";
import type { Radio, RadioUser } from "./radio.js";
import type { Reply } from "./reply.js";
import { Request } from "./request.js";
import { Service, STATION, WiFiEvent } from "./services.js";

/** Values of `connection`. */
const APART = 200;
const JOINING = 300;
const JOINED = 400;
const ADDRESSED = 500;

/** Milliseconds: for calls that the chip answers at once; for joining, which takes it some five seconds. */
const SHORT = 2000;
const LONG = 16_000;
/** Milliseconds between two questions for our address, and whether we are still joined: its events may get lost. */
const ADDRESS_INTERVAL = 300;
const WATCH_INTERVAL = 10_000;

/** Methods of the services WIFI and TCPIP, by their names in Seeed's firmware. */
const WIFI_DISCONNECT = 3;
const WIFI_IS_CONNECTED_TO_AP = 4;
const WIFI_ON = 27;
const WIFI_SET_AUTORECONNECT = 47;
const WIFI_LAST_ERROR = 49;
const ADAPTER_INIT = 1;
const GET_IP_INFO = 7;
const DHCPC_START = 13;

/** For `WIFI_ON`. */
const STATION_MODE = 1;

/** Why joining failed, by the chip's number for it. */
const REASONS: readonly string[] = Object.freeze([
	"cannot join",
	"not in reach, or another name",
	"cannot join",
	"wrong password",
	"wrong password",
	"no address",
]);

/** The Wi-Fi interface of the radio (ECMA-419, 3rd edition, "Network Interface"), as a station. */
export class RadioWiFi implements WiFi, RadioUser {
	readonly #radio: Radio;
	readonly #timer: Timer;
	readonly #onChanged: () => void;
	connection = APART;
	address: string | undefined;
	reason: string | undefined;
	/** Whether the chip's Wi-Fi is on. */
	#isOn = false;
	/** The number of the present try: answers to earlier ones have come too late. */
	#tries = 0;
	#alarm: TimerId;

	constructor(radio: Radio, timer: Timer, onChanged: () => void) {
		this.#radio = radio;
		this.#timer = timer;
		this.#onChanged = onChanged;
		radio.attach(this);
	}

	/** @throws Error unless it is apart */
	connect(access: Access): void {
		if (this.connection !== APART) throw new Error("Wi-Fi is joined or being joined already");
		this.connection = JOINING;
		this.reason = undefined;
		const tries = ++this.#tries;
		this.#radio.start((reason) => {
			if (tries !== this.#tries) return;
			if (reason !== undefined) this.#apart(reason);
			else if (this.#isOn) this.#join(access);
			else this.#turnOn(access);
		});
	}

	disconnect(): void {
		if (this.connection === APART) return;
		this.#forget();
		if (this.#isOn)
			this.#radio.call("disconnect", new Request(Service.WIFI, WIFI_DISCONNECT, 0), SHORT, ignore);
	}

	radioLost(reason: string): void {
		this.#isOn = false;
		if (this.connection !== APART) this.#apart(reason);
	}

	wifiEvent(event: number): void {
		if (this.connection !== ADDRESSED) return;
		if (event === WiFiEvent.DISCONNECTED) this.#apart("the access point is gone");
		else if (event === WiFiEvent.LOST_ADDRESS) this.#apart("the address was taken away");
	}

	#turnOn(access: Access): void {
		this.#call("adapter_init", new Request(Service.TCPIP, ADAPTER_INIT, 0), SHORT, () => {
			this.#call("wifi_on", new Request(Service.WIFI, WIFI_ON, 4).int(STATION_MODE), LONG, (reply) => {
				if (reply.int() !== 0) return this.#fail("the radio cannot turn its Wi-Fi on");
				this.#isOn = true;
				// When to try again is the link's affair.
				this.#call(
					"set_autoreconnect",
					new Request(Service.WIFI, WIFI_SET_AUTORECONNECT, 1).u8(0),
					SHORT,
					() => this.#join(access),
				);
			});
		});
	}

	#join(access: Access): void {
		this.#call("connect", joinRequest(access), LONG, (reply) => {
			if (reply.int() === 0) return this.#joined();
			this.#call("last_error", new Request(Service.WIFI, WIFI_LAST_ERROR, 0), SHORT, (why) => {
				this.#fail(REASONS[why.int()] ?? (REASONS[0] as string));
			});
		});
	}

	/** It is apart, and the next try resets the chip first, which may have reset itself unnoticed. */
	#fail(reason: string): void {
		this.#radio.stop();
		this.#isOn = false;
		this.#apart(reason);
	}

	#joined(): void {
		this.connection = JOINED;
		this.#onChanged();
		this.#call("dhcpc_start", new Request(Service.TCPIP, DHCPC_START, 4).int(STATION), LONG, () =>
			this.#askAddress(),
		);
	}

	#askAddress(): void {
		this.#call("get_ip_info", new Request(Service.TCPIP, GET_IP_INFO, 4).int(STATION), SHORT, (reply) => {
			const address = readAddress(reply.binary());
			if (address === undefined) return this.#later(() => this.#askAddress(), ADDRESS_INTERVAL);
			this.connection = ADDRESSED;
			this.address = address;
			this.#watch();
			this.#onChanged();
		});
	}

	#watch(): void {
		this.#later(() => {
			this.#call(
				"is_connected_to_ap",
				new Request(Service.WIFI, WIFI_IS_CONNECTED_TO_AP, 0),
				SHORT,
				(reply) => {
					if (reply.int() !== 0) this.#apart("the access point is gone");
					else this.#watch();
				},
			);
		}, WATCH_INTERVAL);
	}

	/** Calls the radio for the present try. */
	#call(what: string, request: Request, timeout: number, done: (reply: Reply) => void): void {
		const tries = this.#tries;
		this.#radio.call(what, request, timeout, (reply) => {
			if (tries === this.#tries) done(reply);
		});
	}

	#later(callback: () => void, delay: number): void {
		this.#alarm = this.#timer.set(callback, delay);
	}

	#apart(reason: string): void {
		this.reason = reason;
		this.#forget();
		this.#onChanged();
	}

	#forget(): void {
		this.#tries++;
		this.#timer.clear(this.#alarm);
		this.connection = APART;
		this.address = undefined;
	}
}

function ignore(): void {}
