import { type AccessPoint, type Bench, bad, good, none, type Radio, type Result, reasonOf } from "./bench.js";

const NO_RADIO = "the board has no Wi-Fi of its own";
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;
/** The part of a MAC address that names the manufacturer, with its colons. */
const MANUFACTURER = 8;

/** Milliseconds that a scan of all channels may take; one takes 120 ms a channel on an ESP32. */
const SCAN_LIMIT = 15_000;

/** Whether the radio starts and has an address, of which only the manufacturer's part is shown. */
export function checkRadio(bench: Bench): Result {
	if (bench.WiFi === undefined) return none(NO_RADIO);
	const radio = new bench.WiFi({ onChanged: () => {} });
	try {
		const { MAC: address = "" } = radio;
		if (!MAC.test(address)) return bad("0", `its MAC address is "${address}"`);
		if (/^[0:]*$/.test(address) || /^[f:]*$/i.test(address)) return bad("0", "its MAC address is blank");
		const free = bench.instrument("System Free Memory");
		const left = free === undefined || free === 0 ? "" : `, ${free} bytes free with it`;
		return good("1", `MAC ${address.slice(0, MANUFACTURER)}:…${left}`);
	} finally {
		radio.close();
	}
}

/** All access points that a scan finds; rejects when the radio refuses, or does not end. */
const scan = ({ timer }: Bench, radio: Radio): Promise<AccessPoint[]> =>
	new Promise((resolve, reject) => {
		const found: AccessPoint[] = [];
		const limit = timer.set(
			() => reject(new Error(`the scan did not end within ${SCAN_LIMIT / 1000} s`)),
			SCAN_LIMIT,
		);
		try {
			radio.scan({
				onFound: (one) => found.push(one),
				onComplete: () => {
					timer.clear(limit);
					resolve(found);
				},
			});
		} catch (error) {
			timer.clear(limit);
			reject(error);
		}
	});

/** How many access points the radio hears: its code is their number, at most 9. No names are shown. */
export async function checkNetworks(bench: Bench): Promise<Result> {
	if (bench.WiFi === undefined) return none(NO_RADIO);
	const radio = new bench.WiFi({ onChanged: () => {} });
	try {
		const found = await scan(bench, radio);
		if (found.length === 0) return bad("0", "no access point in reach, or no antenna");
		const strongest = Math.max(...found.map(({ RSSI }) => RSSI));
		return good(
			String(Math.min(9, found.length)),
			`${found.length} access points, the strongest ${strongest} dBm`,
		);
	} catch (error) {
		return bad("S", reasonOf(error));
	} finally {
		radio.close();
	}
}
