import type { Network, NetworkUser } from "../../network/network.js";
import type { NameService } from "../../network/resolver.js";
import { readAddress, socketAddress } from "./address.js";
import type { Radio } from "./radio.js";
import { Request } from "./request.js";
import { Lwip, Service } from "./services.js";

/** Milliseconds: the chip asks its name servers several times, and does nothing else meanwhile. */
const TIMEOUT = 16_000;

/** A name that the radio looks up. */
class Lookup implements NetworkUser {
	readonly #host: string;
	readonly #network: Network;
	#callback: ((host: string, address?: string) => void) | undefined;

	constructor(
		radio: Radio,
		network: Network,
		host: string,
		callback: (host: string, address?: string) => void,
	) {
		this.#host = host;
		this.#network = network;
		this.#callback = callback;
		network.attach(this);
		const request = new Request(Service.LWIP, Lwip.GETHOSTBYNAME, 4 + host.length).text(host, host.length);
		radio.call("gethostbyname", request, TIMEOUT, (reply) => {
			const address = readAddress(reply.binary());
			this.#end(reply.i8() === 0 ? address : undefined);
		});
	}

	networkLost(): void {
		this.#end(undefined);
	}

	#end(address: string | undefined): void {
		const callback = this.#callback;
		this.#callback = undefined;
		this.#network.detach(this);
		callback?.(this.#host, address);
	}
}

/** Looks up IPv4 addresses with the name servers that the network told the radio of. Names are ASCII. */
export const createNames = (radio: Radio, network: Network): NameService => ({
	resolve(host, callback) {
		if (socketAddress(host, 0) !== undefined) callback(host, host);
		else new Lookup(radio, network, host, callback);
	},
});
