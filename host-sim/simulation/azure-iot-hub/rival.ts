import { encode } from "../../azure-iot-hub/core/codec.js";
import type { Hub, HubConnection } from "../../azure-iot-hub/core/hub.js";
import type { Clock } from "../clock.js";
import type { Random } from "../random.js";
import { HUB_NAME, type HubDeviceSpec } from "./variety.js";

/** Milliseconds before it connects again. */
const [SOONEST, LATEST] = [100, 3000];

/** Another client with a device's identity, right beside the hub: it takes the device's place again and again. */
export class Rival {
	readonly #hub: Hub;
	readonly #clock: Pick<Clock, "post">;
	readonly #random: Random;
	readonly #spec: HubDeviceSpec;
	readonly #clean: boolean;
	/** Has the hub hear of something that this client does. */
	readonly #during: (step: () => void) => void;
	#connection: HubConnection | undefined;
	#isOver = false;

	/** @param during calls its argument, and knows meanwhile that what the hub tells is of the rival */
	constructor(
		hub: Hub,
		clock: Pick<Clock, "post">,
		random: Random,
		spec: HubDeviceSpec,
		during: (step: () => void) => void,
	) {
		this.#hub = hub;
		this.#clock = clock;
		this.#random = random;
		this.#spec = spec;
		this.#clean = random.chance(0.5);
		this.#during = during;
		this.#wait();
	}

	/** It goes for good. */
	end(): void {
		this.#isOver = true;
		this.#during(() => this.#connection?.closed());
	}

	#wait(): void {
		this.#connection = undefined;
		this.#clock.post(
			() => {
				if (!this.#isOver) this.#during(() => this.#connect());
			},
			this.#random.between(SOONEST, LATEST),
		);
	}

	#connect(): void {
		const { identity, peer, token, credential } = this.#spec;
		const { device, module } = identity;
		const clientId = module === undefined ? device : `${device}/${module}`;
		const connection = this.#hub.open({ send: () => {}, close: () => this.#wait() }, peer);
		this.#connection = connection;
		const packet = encode({
			...{ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, keepalive: 600, clean: this.#clean },
			...{ clientId, username: `${HUB_NAME}/${clientId}/?api-version=2021-04-12` },
			...(credential !== "x509" && { password: Buffer.from(token) }),
		});
		connection.received(packet);
	}
}
