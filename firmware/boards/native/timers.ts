import type { Timer, TimerId } from "../../host.js";

interface Alarm {
	due: number;
	callback: () => void;
	/** Milliseconds; undefined for an alarm that goes once. */
	interval: number | undefined;
}

/** The firmware's timers over one alarm of the hardware. */
export class Timers implements Timer {
	readonly #clock: { now(): number };
	readonly #hardware: { alarm(delay: number): void };
	/** Soonest first; those due together in the order they were set. */
	#alarms: Alarm[] = [];

	/** @param hardware `alarm` schedules a call of `run` in so many milliseconds, replacing any pending one; a negative delay cancels it */
	constructor(clock: { now(): number }, hardware: { alarm(delay: number): void }) {
		this.#clock = clock;
		this.#hardware = hardware;
	}

	set(callback: () => void, delay: number): TimerId {
		return this.#add({ due: this.#clock.now() + delay, callback, interval: undefined });
	}

	repeat(callback: () => void, interval: number): TimerId {
		return this.#add({ due: this.#clock.now() + interval, callback, interval });
	}

	clear(id: TimerId): void {
		const index = this.#alarms.indexOf(id as Alarm);
		if (index < 0) return;
		this.#alarms.splice(index, 1);
		if (index === 0) this.#arm();
	}

	/** Runs what is due. */
	run(): void {
		for (;;) {
			const alarm = this.#alarms[0];
			if (alarm === undefined || ((alarm.due - this.#clock.now()) | 0) > 0) break;
			this.#alarms.shift();
			if (alarm.interval !== undefined) {
				alarm.due += alarm.interval;
				this.#insert(alarm);
			}
			alarm.callback();
		}
		this.#arm();
	}

	#add(alarm: Alarm): Alarm {
		this.#insert(alarm);
		if (this.#alarms[0] === alarm) this.#arm();
		return alarm;
	}

	#insert(alarm: Alarm): void {
		let index = this.#alarms.length;
		// The difference counts, as the clock may wrap.
		while (index > 0 && (((this.#alarms[index - 1] as Alarm).due - alarm.due) | 0) > 0) index--;
		this.#alarms.splice(index, 0, alarm);
	}

	#arm(): void {
		const alarm = this.#alarms[0];
		this.#hardware.alarm(alarm === undefined ? -1 : Math.max(0, (alarm.due - this.#clock.now()) | 0));
	}
}
