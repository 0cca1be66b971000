import type { WorldEvent } from "../trace.js";
import { type Invariant, Violation, type WorldView } from "./invariant.js";

/** The LED changes when a command says so, and at no other time; with the power it begins dark. */
export class Lit implements Invariant {
	readonly name = "the LED is as the last command says";
	/** By device, what the last command says; nothing before the first one. */
	readonly #wanted = new Map<string, boolean>();

	onEvent(_time: number, event: WorldEvent): void {
		if (event.source === "power") this.#wanted.delete(event.device);
		if (event.source !== "device") return;
		const { device } = event;
		if (event.event === "command") {
			const { led_on } = event.payload;
			if (typeof led_on === "boolean") this.#wanted.set(device, led_on);
		} else if (event.event === "led" && event.on !== this.#wantedOf(device)) {
			this.#fail(device, event.on);
		}
	}

	check({ devices }: WorldView): void {
		for (const { id, led, hasPower } of devices) {
			if (hasPower && led !== this.#wantedOf(id)) this.#fail(id, led);
		}
	}

	#wantedOf(device: string): boolean {
		return this.#wanted.get(device) ?? false;
	}

	#fail(device: string, isOn: boolean): never {
		const said = this.#wanted.has(device)
			? `the last command says ${isOn ? "off" : "on"}`
			: "no command came";
		throw new Violation(this.name, `${device}'s LED is ${isOn ? "on" : "off"}, but ${said}`);
	}
}
