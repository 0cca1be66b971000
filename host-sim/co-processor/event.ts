import { bssidOf, SECURITY } from "./access-point.js";
import { ipBytes } from "./addresses.js";
import { ValueWriter } from "./values.js";
import { EVENT, type EventId, type Wifi } from "./wifi.js";

/**
 * Bytes behind an event's id, in the C struct that an event is: room for what the largest known one has
 * (name, its length, BSSID, channel, security). The chip's own size was not observed.
 */
const INFO = 44;
const NAME = 32;

/** An event as the callback takes it: a `binary` with a u32 id and what there is to know about it. */
export function eventOf(id: EventId, { joined, lease }: Wifi): ValueWriter {
	const event = new Uint8Array(4 + INFO);
	const view = new DataView(event.buffer);
	view.setUint32(0, id, true);
	if (id === EVENT.gotIp && lease !== undefined) {
		event.set(
			[lease.address, lease.mask, lease.gateway].flatMap((ip) => [...ipBytes(ip)]),
			4,
		);
	}
	if (id === EVENT.connected && joined !== undefined) {
		const name = new TextEncoder().encode(joined.ssid).subarray(0, NAME);
		event.set(name, 4);
		event[4 + NAME] = name.length;
		event.set(bssidOf(joined), 5 + NAME);
		event[11 + NAME] = joined.channel;
		view.setUint32(12 + NAME, joined.password === undefined ? SECURITY.open : SECURITY.wpa2Aes, true);
	}
	return new ValueWriter().binary(event);
}
