import { withSimulatedRadio } from "../../../host-sim/co-processor/board.js";
import type { CoProcessor } from "../../../host-sim/co-processor/chip.js";
import { drawFault } from "../../../host-sim/co-processor/draw-fault.js";
import { type ArmDevice, startOnArm } from "../../../host-sim/engines/arm/engine.js";
import type { ArmMeter } from "../../../host-sim/engines/arm/protocol.js";
import { ScriptedBroker } from "../../support/virtual/broker.js";
import { configOf, type Settings } from "../../support/virtual/config.js";
import { VirtualHost } from "../../support/virtual/host.js";

export const HOME = {
	...{ ssid: "home", password: "password", rssi: -50, channel: 6 },
	dhcp: { address: "192.0.2.50", mask: "255.255.255.0", gateway: "192.0.2.1" },
};

/** The image with the radio's driver, in virtual time: QEMU's, a simulated chip's, and the network's behind it. */
export class RadioImage {
	readonly device: ArmDevice;
	readonly host: VirtualHost;
	readonly broker: ScriptedBroker;
	readonly chip: CoProcessor;
	readonly #meters: ArmMeter[];
	readonly #failures: readonly string[];
	#unusedArena = Number.POSITIVE_INFINITY;

	private constructor(
		parts: Pick<RadioImage, "device" | "host" | "broker" | "chip">,
		meters: ArmMeter[],
		failures: string[],
	) {
		this.device = parts.device;
		this.host = parts.host;
		this.broker = parts.broker;
		this.chip = parts.chip;
		this.#meters = meters;
		this.#failures = failures;
	}

	static async start(settings: Settings, countsInstructions = false): Promise<RadioImage> {
		const own = new VirtualHost();
		const broker = new ScriptedBroker(own.network);
		own.analog.light = 321;
		own.wallClock = 1_800_000_000_000;
		const { host, chip } = withSimulatedRadio(own, { accessPoints: [HOME], timeServer: "pool.ntp.org" });
		const meters: ArmMeter[] = [];
		const failures: string[] = [];
		const config = configOf({ id: "X", wifi: { ssid: "home", password: "password" }, ...settings });
		const device = await startOnArm(host, config, {
			countsInstructions,
			onMeter: (_, meter) => meters.push(meter),
			onFailure: (reason) => failures.push(reason),
			log: () => {},
		});
		return new RadioImage({ device, host: own, broker, chip }, meters, failures);
	}

	get isOnline(): boolean {
		return this.host.eventsOf("link").at(-1)?.state === "online";
	}

	/** Bytes of RAM that were never in use so far. */
	get unusedArena(): number {
		this.#look();
		return this.#unusedArena;
	}

	/** Lets virtual time go by, event by event. Returns the instructions that the image took. */
	async advance(milliseconds: number): Promise<number> {
		this.#meters.length = 0;
		await this.host.clock.advanceWith(() => this.device.settled(), milliseconds);
		if (this.#failures.length > 0) throw new Error(this.#failures[0]);
		this.#look();
		return this.#meters.reduce((sum, { work }) => sum + work, 0);
	}

	async untilOnline(within = 150_000): Promise<void> {
		for (let gone = 0; !this.isOnline; gone += 100) {
			if (gone > within) throw new Error("still not online");
			await this.advance(100);
		}
	}

	/** Minutes in which the radio fails as the seed draws it; at their end all is well again, and the link is back. */
	async trouble(minutes: number, random: () => number): Promise<string[]> {
		const troubles: string[] = [];
		for (let gone = 0; gone < minutes * 60_000; ) {
			troubles.push(drawFault(this.chip, random, ["home"]));
			const [bad, good] = [random() * 5000, random() * 10_000];
			await this.advance(Math.round(bad));
			this.chip.faults.clear();
			await this.advance(Math.round(good));
			gone += bad + good;
			this.#forget();
		}
		await this.untilOnline();
		await this.advance(20_000);
		return troubles;
	}

	/** What is in use at the least over a second: between readings and calls, of which at other times some are there. */
	async atRest(): Promise<{ slots: number; chunkBytes: number }> {
		const all: ArmMeter[] = [];
		for (let look = 0; look < 10; look++) {
			await this.advance(107);
			all.push(await this.device.collect());
		}
		return {
			slots: Math.min(...all.map(({ slots }) => slots)),
			chunkBytes: Math.min(...all.map(({ chunkBytes }) => chunkBytes)),
		};
	}

	async stop(): Promise<void> {
		const stopped = this.device.stop();
		await this.advance(2000);
		await stopped;
	}

	/** What was told long ago would fill this process. */
	#forget(): void {
		const { events } = this.host;
		events.splice(0, Math.max(0, events.length - 100));
		for (const client of this.broker.clients) {
			client.received = Buffer.alloc(0);
			if (!client.isOpen) client.packets.length = 0;
		}
	}

	#look(): void {
		for (const { unusedArena } of this.#meters) this.#unusedArena = Math.min(this.#unusedArena, unusedArena);
	}
}
