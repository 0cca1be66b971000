/** Bytes of a `sockaddr_in`: length, family, port, address, eight zeros. */
export const SOCKADDR = 16;
/** The family of IPv4. */
export const AF_INET = 2;

/** Where a socket is, or is to go. */
export interface Endpoint {
	/** IPv4, in dotted decimal. */
	readonly address: string;
	readonly port: number;
}

/** The four bytes of an IPv4 address in dotted decimal. */
export const ipBytes = (address: string): Uint8Array => Uint8Array.from(address.split("."), Number);

export const ipText = (bytes: Uint8Array): string => bytes.join(".");

/** Whether a name is an IPv4 address in dotted decimal. */
export const isIp = (name: string): boolean =>
	/^\d{1,3}(\.\d{1,3}){3}$/.test(name) && name.split(".").every((part) => Number(part) < 256);

/** A `sockaddr_in`; its port is big endian. `undefined` when it is too short or of another family. */
export function readSockaddr(bytes: Uint8Array): Endpoint | undefined {
	if (bytes.length < 8 || bytes[1] !== AF_INET) return undefined;
	const port = ((bytes[2] as number) << 8) | (bytes[3] as number);
	return { address: ipText(bytes.subarray(4, 8)), port };
}

export function sockaddrOf({ address, port }: Endpoint): Uint8Array {
	const bytes = new Uint8Array(SOCKADDR);
	bytes.set([SOCKADDR, AF_INET, port >> 8, port & 0xff]);
	bytes.set(ipBytes(address), 4);
	return bytes;
}
