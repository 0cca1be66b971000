import type { FaultName, Lane } from "../web/protocol.js";

/** What the ladder says of a fault, and whose lane it is in. */
export const FAULT_NOTES: Readonly<
	Record<FaultName, { readonly lane: Lane; readonly on: string; readonly off: string }>
> = Object.freeze({
	"wifi-off": { lane: "device", on: "Wi-Fi off", off: "Wi-Fi on again" },
	"broker-down": { lane: "broker", on: "broker down", off: "broker up again" },
	"half-open": {
		lane: "device",
		on: "packets vanish from now on",
		off: "new connections get through again",
	},
	latency: { lane: "device", on: "each packet comes late", off: "packets come in time again" },
	"power-cut": { lane: "device", on: "power cut", off: "power on again" },
	"storage-full": { lane: "device", on: "storage full", off: "storage has room again" },
});
