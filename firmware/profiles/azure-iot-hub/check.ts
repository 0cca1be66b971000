import type { Config } from "../../config.js";
import type { Problem } from "../../schema.js";
import { parseConnectionString } from "./connection-string.js";

/** Milliseconds: the hub closes a connection after at most 1,767 s without a packet, which is one and a half of these. */
const LONGEST_KEEP_ALIVE = 1_177_000;

/** What of a configuration does not go together with Azure IoT Hub. */
export function hubProblems({ azure, broker, mqtt, telemetry, commands, outbox }: Config): Problem[] {
	const problems: Problem[] = [];
	const complain = (key: string, got: unknown, wants: string) =>
		problems.push({ key, got: JSON.stringify(got), wants });
	const parsed = parseConnectionString(azure.connectionString ?? "");
	if (parsed.kind === "malformed") {
		const { part, reason } = parsed;
		problems.push({ key: "azure.connectionString", got: `a wrong ${part}`, wants: reason });
	}
	if (broker.protocol !== "mqtts" && broker.protocol !== "wss") {
		complain("broker.protocol", broker.protocol, '"mqtts" or "wss": the hub takes nothing without TLS');
	}
	if (mqtt.keepAlive === 0 || mqtt.keepAlive > LONGEST_KEEP_ALIVE) {
		complain("mqtt.keepAlive", mqtt.keepAlive, `1000 to ${LONGEST_KEEP_ALIVE} for Azure IoT Hub`);
	}
	if (mqtt.username !== undefined) {
		problems.push({ key: "mqtt.username", got: "one", wants: "none for Azure IoT Hub" });
	}
	if (telemetry.qos === 2) complain("telemetry.qos", 2, "0 or 1 for Azure IoT Hub");
	if (commands.qos === 2) complain("commands.qos", 2, "0 or 1 for Azure IoT Hub");
	if (outbox.delivery === "server") {
		complain("outbox.delivery", "server", '"broker": the hub has stored what it acknowledges');
	}
	return problems;
}
