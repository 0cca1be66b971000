/** What a DHCP server gives: IPv4, in dotted decimal. */
export interface Lease {
	readonly address: string;
	readonly mask: string;
	readonly gateway: string;
}

/** A Wi-Fi network that the chip can hear. */
export interface AccessPoint {
	/** Its name, 32 bytes of UTF-8 at most. */
	readonly ssid: string;
	/** WPA2 with AES; an open network when absent. */
	readonly password?: string;
	/** dBm, from -100 (weak) to 0. */
	readonly rssi: number;
	/** From 1. */
	readonly channel: number;
	/** What its DHCP server gives, if it has one. */
	readonly dhcp: Lease | undefined;
}

/** Security types as the chip's driver numbers them. */
export const SECURITY = Object.freeze({ open: 0, wpa2Aes: 0x00400004 });

const SSID_BYTES = 33;
/** Basic service set of an access point, in the driver's numbers; 0: infrastructure. */
const INFRASTRUCTURE = 0;
/** No WPS. The value is a guess. */
const NO_WPS = 0;
/** 2.4 GHz or 5 GHz, in the driver's numbers; a guess. */
const BAND = Object.freeze({ ghz5: 0, ghz2: 1 });
/** The highest channel of 2.4 GHz. */
const LAST_2_GHZ = 14;

/** The address of an access point's radio: made up, the same for the same name and channel. */
export function bssidOf({ ssid, channel }: AccessPoint): Uint8Array {
	let hash = channel;
	for (const byte of new TextEncoder().encode(ssid)) hash = Math.imul(hash ^ byte, 0x01000193);
	// Locally administered, so that it is nobody's.
	return Uint8Array.of(0x02, 0, (hash >>> 24) & 0xff, (hash >>> 16) & 0xff, (hash >>> 8) & 0xff, hash & 0xff);
}

/** Bytes of a record of a scan. */
export const SCAN_RECORD = 62;

/** A record of a scan: name with its length, BSSID, RSSI, then type, security, WPS, channel and band. */
export function scanRecordOf(accessPoint: AccessPoint): Uint8Array {
	const record = new Uint8Array(SCAN_RECORD);
	const name = new TextEncoder().encode(accessPoint.ssid).subarray(0, SSID_BYTES - 1);
	const view = new DataView(record.buffer);
	record[0] = name.length;
	record.set(name, 1);
	record.set(bssidOf(accessPoint), 34);
	view.setInt16(40, accessPoint.rssi, true);
	view.setUint32(42, INFRASTRUCTURE, true);
	view.setUint32(46, accessPoint.password === undefined ? SECURITY.open : SECURITY.wpa2Aes, true);
	view.setUint32(50, NO_WPS, true);
	view.setUint32(54, accessPoint.channel, true);
	view.setUint32(58, accessPoint.channel <= LAST_2_GHZ ? BAND.ghz2 : BAND.ghz5, true);
	return record;
}
