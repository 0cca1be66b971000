import Time from "time";
import Timer from "timer";
import type { Config } from "../../config.js";
import type { HostProvider } from "../../ecma-419.js";
import type { Host } from "../../host.js";
import { ALWAYS_UP, type Network, WiFiNetwork } from "../network/network.js";
import { createResolver } from "../network/resolver.js";
import { createAnalog } from "./analog.js";
import type { Board } from "./board.js";
import { describeEvent } from "./describe.js";
import { createTCP } from "./tcp.js";

/** A wall clock that shows less has not been set: 2026-01-01. */
const EARLIEST_DATE = 1_767_225_600_000;

/**
 * The share of the link's own time for resolving that joining may take: less than all, so that the
 * link hears from the network what went wrong before it gives up by itself.
 */
const JOIN_SHARE = 0.9;

function withoutHmac(): never {
	throw new Error("this image has no SHA-256: build it with TLS (secure.json)");
}

/** Milliseconds in which the platform sends what it was given: the goodbye to the broker, and the end of its connection. */
const SENDING_TIME = 500;

const date = (): number | undefined => (Date.now() >= EARLIEST_DATE ? Date.now() : undefined);

/**
 * The firmware's host on a board under the Moddable SDK.
 * @throws Error when the board needs the name of a Wi-Fi network and the settings have none
 */
export function createHost(board: Board, config: Config): Host {
	const network = createNetwork(board, config);
	const TCP = createTCP(board.io.TCP, network);
	const device: HostProvider = {
		io: {
			Analog: createAnalog(board.io.Analog),
			Digital: board.io.Digital,
			TCP,
		},
		pin: board.pin,
		network: {
			dns: { resolver: { io: createResolver(board.network.dns, network) } },
			...board.network.transports?.(TCP),
		},
		keyValue: board.keyValue,
		flash: board.flash,
	};
	return {
		device,
		timer: Timer,
		now: () => Time.ticks,
		date,
		random: () => Math.random(),
		engine: board.name,
		hmacSha256: board.hmacSha256 ?? withoutHmac,
		restart: () => {
			trace("Restarting\n");
			Timer.set(board.restart, SENDING_TIME);
		},
		report: (event) => trace(`${describeEvent(event)}\n`),
	};
}

function createNetwork({ network: { wifi, ntp }, settings }: Board, config: Config): Network {
	if (wifi === undefined) return ALWAYS_UP;
	const { ssid, password, sntp } = settings;
	if (typeof ssid !== "string" || ssid === "") {
		throw new Error("ssid: got nothing, wants the name of a Wi-Fi network");
	}
	return new WiFiNetwork({
		io: wifi.io,
		ssid,
		password: typeof password === "string" && password !== "" ? password : undefined,
		timeout: Math.round(config.reconnect.timeout * JOIN_SHARE),
		timer: Timer,
		report: (event) => {
			trace(`${describeEvent(event)}\n`);
			const { protocol } = config.broker;
			// A certificate's dates mean nothing without a clock.
			const wantsClock = config.telemetry.time !== "none" || protocol === "mqtts" || protocol === "wss";
			if (event.state !== "up" || !wantsClock || date() !== undefined) return;
			if (typeof sntp === "string") ntp?.ask(sntp, (seconds) => Time.set(seconds));
		},
	});
}
