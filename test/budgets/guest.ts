/**
 * The firmware on native functions that do next to nothing, and steps to measure it by. Bundled into
 * one script for XS; each step is a function of the global `budget`.
 */
import { startNightlight } from "../../firmware/app.js";
import type { Native } from "../../firmware/boards/native/native.js";
import { createNativeHost, type NativeListener } from "../../firmware/boards/native/provider.js";
import { NativeEvent } from "../../firmware/boards/native/seam.js";
import { withSockets } from "../../firmware/boards/native/sockets.js";
import { parseConfig } from "../../firmware/config.js";

const CONNACK = Uint8Array.of(0x20, 2, 0, 0);
const SUBACK = (qos: number) => Uint8Array.of(0x90, 3, 0, 1, qos);
/** `{"led_on":true }` and `{"led_on":false}` on d/commands, QoS 0. */
const COMMANDS = [true, false].map((on) => {
	const text = `\0\nd/commands{"led_on":${on}${on ? " " : ""}}`;
	return Uint8Array.of(0x30, text.length, ...Array.from(text, (letter) => letter.charCodeAt(0)));
});

// At module level, so that only what the firmware makes counts: on a chip these are C functions.
let now = 0;
let socket = 0;
let resolving = 0;
let incoming: Uint8Array | undefined;
/** The packet id of the last PUBLISH with QoS 1. */
let published = 0;
let written = 0;
let turn = 0;
let strange = 0;
let onEvent: NativeListener = () => {};

const NATIVE: Native = {
	analogRead: () => 400,
	analogResolution: () => 10,
	digitalWrite: () => {},
	restart: () => {},
	socketOpen: (handle) => {
		socket = handle;
	},
	socketRead: () => {
		const bytes = incoming;
		incoming = undefined;
		return bytes?.slice().buffer as ArrayBuffer | undefined;
	},
	socketWrite: (_, data) => {
		written++;
		if ((data[0] as number) === 0x32) {
			const at = 4 + (data[3] as number);
			published = ((data[at] as number) << 8) | (data[at + 1] as number);
		}
		return 1000;
	},
	socketClose: () => {},
	resolve: (handle) => {
		resolving = handle;
	},
	alarm: () => {},
	random: () => 0.5,
	date: () => 0,
	report: () => {},
	hmacSha256: () => new ArrayBuffer(32),
	storeRead: () => undefined,
	storeWrite: () => {},
	storeDelete: () => {},
	storeKeys: () => "",
	flashSize: () => 0,
	flashRead: () => new ArrayBuffer(0),
	flashWrite: () => {},
	flashErase: () => {},
};
const PINS = { led: 0, light: 1 };

function tell(kind: number, handle: number, count: number, text = ""): void {
	onEvent(kind, now, handle, count, text);
}

function receive(bytes: Uint8Array): void {
	incoming = bytes;
	tell(NativeEvent.READABLE, socket, bytes.length);
}

/** Answers what was published with QoS 1. */
function acknowledge(): void {
	if (published === 0) return;
	const id = published;
	published = 0;
	receive(Uint8Array.of(0x40, 2, id >> 8, id & 0xff));
}

Object.assign(globalThis, {
	budget: {
		nothing() {},
		/** From the start to the first telemetry. */
		boot(qos: number) {
			const parsed = parseConfig({
				id: "d",
				broker: { host: "h" },
				telemetry: { qos, interval: 1000 },
				commands: { qos },
			});
			if (parsed.kind === "invalid") throw new Error("no configuration");
			const native = createNativeHost(NATIVE, PINS, "arm");
			onEvent = native.onEvent;
			startNightlight(withSockets(native.host), parsed.config);
			tell(NativeEvent.RESOLVED, resolving, 0, "10.0.0.1");
			tell(NativeEvent.WRITABLE, socket, 1000);
			receive(CONNACK);
		},
		/** What comes after it, once: the answer to SUBSCRIBE, and to the first telemetry. */
		settle(qos: number) {
			receive(SUBACK(qos));
			acknowledge();
		},
		connected(qos: number) {
			this.boot(qos);
			this.settle(qos);
		},
		telemetry() {
			now += 1000;
			tell(NativeEvent.ALARM, 0, 0);
			acknowledge();
		},
		command() {
			receive(COMMANDS[turn++ % 2] as Uint8Array);
		},
		cycles(count: number) {
			for (let index = 0; index < count; index++) {
				this.telemetry();
				this.command();
			}
		},
		/** Messages with names that were never seen before. */
		strangers(count: number) {
			for (let index = 0; index < count; index++) {
				const text = `\0\nd/commands{"n${++strange}":1}`;
				const bytes = Uint8Array.of(0x30, text.length, ...Array.from(text, (letter) => letter.charCodeAt(0)));
				receive(bytes);
			}
		},
		check(least: number) {
			if (written < least) throw new Error(`only ${written} writes`);
		},
	},
});
