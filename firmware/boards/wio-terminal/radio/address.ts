/** Bytes of a socket address of lwIP's (`sockaddr_in`): length, family, port (big endian), IPv4 address, 8 zeros. */
export const ADDRESS_SIZE = 16;
/** The address family. */
export const IPV4 = 2;

/** The four numbers of an IPv4 address as the chip tells it; `undefined` for none (0.0.0.0). */
export function readAddress(bytes: Uint8Array): string | undefined {
	if (bytes.length < 4 || (bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 0 && bytes[3] === 0))
		return undefined;
	return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
}

/** The socket address of an IPv4 address, four numbers with dots between, and a port; `undefined` when it is none. */
export function socketAddress(address: string, port: number): Uint8Array | undefined {
	const parts = address.split(".");
	if (parts.length !== 4) return undefined;
	const bytes = new Uint8Array(ADDRESS_SIZE);
	bytes[0] = ADDRESS_SIZE;
	bytes[1] = IPV4;
	bytes[2] = port >> 8;
	bytes[3] = port;
	for (let index = 0; index < 4; index++) {
		const part = parts[index] as string;
		const number = Number(part);
		// The comparison of texts refuses what else Number takes: "", " 1", "0x1", "01", "1e2".
		if (!(number >= 0 && number <= 255) || `${number}` !== part) return undefined;
		bytes[4 + index] = number;
	}
	return bytes;
}
