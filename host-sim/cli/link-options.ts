import { randomBytes } from "node:crypto";
import { brokerUrl, parseBrokerUrl } from "../../server/broker-address.js";
import type { LinkOptions } from "../../server/link.js";
import type { PacketOptions } from "./options.js";
import type { Settings } from "./settings.js";

/**
 * How a program of its own gets to the broker of the settings: with their login and certificates, and with
 * a client id that no other program has.
 */
export const linkOptions = (
	{ config: { broker, mqtt }, certificates }: Pick<Settings, "config" | "certificates">,
	program: "watch" | "send" | "command" | "page",
	{ maxPacket }: PacketOptions,
): Omit<LinkOptions, "onChange" | "onMessage"> => ({
	...certificates,
	address: parseBrokerUrl(brokerUrl(broker)),
	clientId: `nightlight_${program}_${randomBytes(4).toString("hex")}`,
	username: mqtt.username,
	password: mqtt.password,
	timing: { keepAlive: mqtt.keepAlive },
	maxPacket,
});
