import type { Packet } from "mqtt-packet";
import { BEGINNING } from "../../clock.js";
import type { HubWorldEvent } from "../events.js";
import type { HubDeviceSpec } from "../variety.js";
import { type HubInvariant, Violation } from "./invariant.js";
import { Trouble } from "./trouble.js";

/** Milliseconds beside a token's life in which a network that was dead may still be noticed. */
const NOTICED = 15_000;

/** One device's way of proving who it is. */
class Proof {
	readonly credential: HubDeviceSpec["credential"];
	/** Milliseconds for which it makes its tokens. */
	readonly lifetime: number;
	/** Faults because of which its clock is wrong. */
	wrong = 0;
	/** Whether the clock was wrong when its token was made, and whether it was then or when it last connected. */
	madeWrong = false;
	wasWrong = false;

	constructor({ credential, config }: HubDeviceSpec) {
		this.credential = credential;
		this.lifetime = config.azure.tokenLifetime;
	}
}

/** A device connects with a token that holds, and with another one before the hub has to end the connection. */
export class Tokens implements HubInvariant {
	readonly name = "a token holds when it is sent, and is renewed before it ends";
	readonly #trouble = new Trouble();
	readonly #proofs: ReadonlyMap<string, Proof>;

	constructor(devices: readonly HubDeviceSpec[]) {
		this.#proofs = new Map(devices.map((spec) => [spec.config.id, new Proof(spec)]));
	}

	onSent(device: string, packet: Packet, time: number): void {
		const proof = this.#proofs.get(device);
		if (packet.cmd !== "connect" || proof === undefined) return;
		proof.wasWrong = proof.wrong > 0 || proof.madeWrong;
		const password = packet.password?.toString() ?? "";
		const end = /[ &]se=(\d+)/.exec(password)?.[1];
		if (proof.credential === "x509") {
			if (password !== "") this.#fail(device, "sends a password beside its certificate");
			return;
		}
		if (end === undefined) return this.#fail(device, "connects without a token");
		const left = Number(end) * 1000 - (BEGINNING + time);
		if (left <= 0 && !proof.wasWrong) this.#fail(device, `sends a token that ended ${-left} ms ago`);
	}

	onEvent(time: number, event: HubWorldEvent): void {
		this.#trouble.see(time, event);
		if (event.source === "fault" && event.fault === "clock") {
			const proof = this.#proofs.get(event.target);
			if (proof !== undefined) proof.wrong += event.phase === "begin" ? 1 : -1;
		}
		if (event.source === "device" && event.event === "link" && event.state === "resolving") {
			const proof = this.#proofs.get(event.device);
			if (proof !== undefined) proof.madeWrong = proof.wrong > 0;
		}
		if (event.source !== "hub" || event.isRival) return;
		const { device, told } = event;
		const proof = this.#proofs.get(device);
		// A token that was made elsewhere has no successor.
		if (told.event !== "disconnected" || told.code !== "token-expired" || proof?.credential !== "key") return;
		const isExcused = proof.wasWrong || !this.#trouble.isQuiet(device, time, proof.lifetime + NOTICED);
		if (!isExcused) this.#fail(device, "the hub had to end a connection, for its token had ended");
	}

	#fail(device: string, message: string): never {
		throw new Violation(this.name, `${device}: ${message}`);
	}
}
