import { ipBytes, readSockaddr, SOCKADDR, sockaddrOf } from "../addresses.js";
import { ValueWriter } from "../values.js";
import type { Chip, Done, Method, Service } from "./method.js";

const result = (done: Done, value: number): void => done(new ValueWriter().i32(value));

/** What a `binary` has when nothing was received: one byte of no meaning. */
const GARBAGE = Uint8Array.of(0xa5);

/** The number in an option's value: up to four bytes, little endian. */
const numberOf = (bytes: Uint8Array): number =>
	bytes.subarray(0, 4).reduceRight((value, byte) => value * 256 + byte, 0);

/** An option's value in as many bytes as were asked for. */
function optionBytes(value: number, length: number): Uint8Array {
	const bytes = new Uint8Array(length);
	for (let at = 0; at < Math.min(4, length); at++) bytes[at] = (value >> (8 * at)) & 0xff;
	return bytes;
}

/** Service 16: sockets, and the resolver. `select` and what a server needs are not there. */
export const lwipService = ({ sockets }: Chip): Service =>
	new Map<number, Method>([
		[
			6,
			(values, done) => {
				const [number, level, name] = [values.i32(), values.i32(), values.i32()];
				const length = values.binary().length;
				values.u32();
				const value = sockets.getOption(number, level, name);
				done(
					new ValueWriter()
						.binary(optionBytes(value ?? 0, length))
						.u32(length)
						.i32(value === undefined ? -1 : 0),
				);
			},
		],
		[
			7,
			(values, done) => {
				const [number, level, name] = [values.i32(), values.i32(), values.i32()];
				const value = numberOf(values.binary());
				values.u32();
				result(done, sockets.setOption(number, level, name, value));
			},
		],
		[8, (values, done) => result(done, sockets.close(values.i32()))],
		[
			9,
			(values, done) => {
				const number = values.i32();
				const to = readSockaddr(values.binary());
				values.u32();
				sockets.connect(number, to, (value) => result(done, value));
			},
		],
		[11, (values, done) => result(done, sockets.available(values.i32()))],
		[
			12,
			(values, done) => {
				const [number, length, flags, timeout] = [values.i32(), values.u32(), values.i32(), values.u32()];
				sockets.receive(number, length, flags, timeout, (value, { bytes }) =>
					done(new ValueWriter().binary(value > 0 ? bytes : GARBAGE).i32(value)),
				);
			},
		],
		[
			14,
			(values, done) => {
				const [number, length, flags] = [values.i32(), values.u32(), values.i32()];
				values.u32();
				const timeout = values.u32();
				sockets.receive(number, length, flags, timeout, (value, { bytes, from }) => {
					const sockaddr = from === undefined ? new Uint8Array(SOCKADDR) : sockaddrOf(from);
					const data = value > 0 ? bytes : GARBAGE;
					done(new ValueWriter().binary(data).binary(sockaddr).u32(SOCKADDR).i32(value));
				});
			},
		],
		[
			15,
			(values, done) => {
				const [number, data, flags] = [values.i32(), values.binary(), values.i32()];
				sockets.send(number, data, flags, undefined, (value) => result(done, value));
			},
		],
		[
			17,
			(values, done) => {
				const [number, data, flags] = [values.i32(), values.binary(), values.i32()];
				const to = readSockaddr(values.binary());
				values.u32();
				sockets.send(number, data, flags, to, (value) => result(done, value));
			},
		],
		[
			18,
			(values, done) => {
				const [domain, type] = [values.i32(), values.i32()];
				values.i32();
				result(done, sockets.open(domain, type));
			},
		],
		[
			23,
			(values, done) => {
				const [number, command, value] = [values.i32(), values.i32(), values.i32()];
				result(done, sockets.fcntl(number, command, value));
			},
		],
		[24, (_, done) => result(done, sockets.errno)],
		[
			25,
			(values, done) =>
				sockets.lookup(values.string(), (value, address = "0.0.0.0") =>
					done(new ValueWriter().binary(ipBytes(address)).i8(value)),
				),
		],
	]);
