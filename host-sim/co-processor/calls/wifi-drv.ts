import { bssidOf, SCAN_RECORD, scanRecordOf } from "../access-point.js";
import { ValueWriter } from "../values.js";
import { FAILED, OK } from "../wifi.js";
import type { Chip, Done, Method, Service } from "./method.js";

const result = (done: Done, value: number): void => done(new ValueWriter().i32(value));

const macText = (bytes: Uint8Array): string =>
	Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");

/** Characters of a MAC address with the zero behind them. */
const MAC_TEXT = 18;

/** Service 14: the Wi-Fi driver, as a station. Ids are those of firmware 2.1.x. */
export function wifiDrvService({ wifi, macAddress, hasScan }: Chip): Service {
	const methods = new Map<number, Method>([
		[
			1,
			(values, done) => {
				const [ssid, password, security] = [values.string(), values.nullableString(), values.u32()];
				// The key's index, for WEP, and a semaphore, which is always 0.
				values.i32();
				values.u32();
				wifi.connect({ ssid, password, security }, (value) => result(done, value));
			},
		],
		[3, (_, done) => result(done, wifi.disconnect())],
		[4, (_, done) => result(done, wifi.joined === undefined ? FAILED : OK)],
		[
			8,
			(_, done) => {
				const text = new Uint8Array(MAC_TEXT);
				text.set(new TextEncoder().encode(macText(macAddress)));
				done(new ValueWriter().raw(text).i32(OK));
			},
		],
		[
			15,
			(_, done) => {
				const { joined } = wifi;
				const bssid = joined === undefined ? new Uint8Array(6) : bssidOf(joined);
				done(new ValueWriter().raw(bssid).i32(joined === undefined ? FAILED : OK));
			},
		],
		[
			19,
			(_, done) => {
				const rssi = wifi.joined?.rssi;
				done(new ValueWriter().i32(rssi ?? 0).i32(rssi === undefined ? FAILED : OK));
			},
		],
		[
			27,
			(values, done) => {
				values.u32();
				result(done, wifi.on());
			},
		],
		[28, (_, done) => result(done, wifi.off())],
		[
			47,
			(values, done) => {
				wifi.autoReconnect = values.u8() !== 0;
				result(done, OK);
			},
		],
		[48, (_, done) => done(new ValueWriter().u8(wifi.autoReconnect ? 1 : 0).i32(OK))],
		[49, (_, done) => result(done, wifi.lastError)],
	]);
	if (!hasScan) return methods;
	return methods
		.set(64, (_, done) => result(done, wifi.scan()))
		.set(65, (_, done) => done(new ValueWriter().u8(wifi.isScanning ? 1 : 0)))
		.set(66, (values, done) => {
			// The chip copies as many as are wanted, whether it has found them or not.
			const records = new Uint8Array(values.u16() * SCAN_RECORD);
			for (const [index, found] of wifi.records.entries()) {
				if ((index + 1) * SCAN_RECORD <= records.length)
					records.set(scanRecordOf(found), index * SCAN_RECORD);
			}
			done(new ValueWriter().binary(records).i32(OK));
		})
		.set(67, (_, done) => done(new ValueWriter().u16(wifi.records.length)));
}
