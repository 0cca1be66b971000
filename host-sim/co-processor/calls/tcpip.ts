import { ipBytes } from "../addresses.js";
import { ValueWriter } from "../values.js";
import { OK } from "../wifi.js";
import type { Chip, Done, Method, Service } from "./method.js";

const result = (done: Done, value: number): void => done(new ValueWriter().i32(value));

/** The station's interface, the only one here; the other number is the chip's own access point. */
const NOTHING = "0.0.0.0";

/** A method that has an interface's number, and always succeeds. */
const accepted: Method = (values, done) => {
	values.u32();
	result(done, OK);
};

/** Service 15: addresses. Every interface number means the station. */
export const tcpipService = ({ wifi }: Chip): Service =>
	new Map<number, Method>([
		[1, (_, done) => result(done, OK)],
		[4, accepted],
		[5, accepted],
		[
			7,
			(values, done) => {
				values.u32();
				const { address, mask, gateway } = wifi.lease ?? {
					address: NOTHING,
					mask: NOTHING,
					gateway: NOTHING,
				};
				const info = Uint8Array.from([address, mask, gateway].flatMap((ip) => [...ipBytes(ip)]));
				done(new ValueWriter().binary(info).i32(OK));
			},
		],
		[
			13,
			(values, done) => {
				values.u32();
				wifi.dhcp((value) => result(done, value));
			},
		],
		[
			14,
			(values, done) => {
				values.u32();
				result(done, wifi.release());
			},
		],
		[
			15,
			(values, done) => {
				values.u32();
				values.string();
				result(done, OK);
			},
		],
	]);
