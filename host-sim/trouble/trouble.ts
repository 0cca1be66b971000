import type { FaultName } from "../web/protocol.js";
import { Switch } from "./switch.js";

/** The faults that each device has for itself. */
const OWN: readonly FaultName[] = Object.freeze([
	"wifi-off",
	"half-open",
	"latency",
	"power-cut",
	"storage-full",
]);

/** Milliseconds that bytes take longer with the fault `latency`, each way. */
const LATENCY = 800;

/** What is looked at again with each switch: a socket. */
export interface Affected {
	/** Whether a program writes to it, and all that it writes is lost. */
	readonly swallows: boolean;
	/** A fault was switched, or the device has lost its power. */
	changed(): void;
	/** Ends at once: nobody wants to see any more how it goes on. */
	release(): void;
}

/** What is wrong with one device, as a person switches it on and off while the device runs. */
export class Trouble {
	readonly #switches: ReadonlyMap<FaultName, Switch>;
	readonly #affected = new Set<Affected>();
	readonly #listeners = new Set<(name: FaultName, isOn: boolean) => void>();
	readonly #unlisten: readonly (() => void)[];

	readonly #latency: number;

	/**
	 * @param shared faults that this device has together with others, as the broker's
	 * @param latency milliseconds that bytes take longer with that fault, each way
	 */
	constructor(shared: readonly Switch[] = [], latency = LATENCY) {
		this.#latency = latency;
		const switches = [...OWN.map((name) => new Switch(name)), ...shared];
		this.#switches = new Map(switches.map((each) => [each.name, each]));
		this.#unlisten = switches.map((each) => each.listen((name, isOn) => this.#changed(name, isOn)));
	}

	/** The faults that can be switched here. */
	get possible(): readonly FaultName[] {
		return [...this.#switches.keys()];
	}

	/** The faults that are on, and since when (milliseconds since 1970); the latest is the last one. */
	get active(): readonly { readonly name: FaultName; readonly since: number }[] {
		return [...this.#switches.values()]
			.flatMap(({ name, since }) => (since === undefined ? [] : [{ name, since }]))
			.sort((one, other) => one.since - other.since);
	}

	has(name: FaultName): boolean {
		return this.#switches.get(name)?.since !== undefined;
	}

	/** Whether nothing that leaves the device arrives, not even the end of a connection. */
	get isSilent(): boolean {
		return this.has("wifi-off") || this.has("half-open") || this.has("power-cut");
	}

	/** Whether the device writes to a connection on which all is lost. */
	get swallows(): boolean {
		return [...this.#affected].some(({ swallows }) => swallows);
	}

	/** Milliseconds that bytes take longer at present, each way. */
	get latency(): number {
		return this.has("latency") ? this.#latency : 0;
	}

	/** Switches a fault. @throws RangeError when it is not possible here */
	set(name: FaultName, isOn: boolean): void {
		const found = this.#switches.get(name);
		if (found === undefined) throw new RangeError(`"${name}" cannot be switched for this device`);
		found.set(isOn);
	}

	/** Calls back for each change, at once; what is returned ends that. */
	listen(listener: (name: FaultName, isOn: boolean) => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	/** Has it looked at again with each change. */
	attach(affected: Affected): void {
		this.#affected.add(affected);
	}

	detach(affected: Affected): void {
		this.#affected.delete(affected);
	}

	/** Looks at all again. */
	affect(): void {
		for (const affected of [...this.#affected]) affected.changed();
	}

	/** Ends it, with all connections that it has kept open. */
	stop(): void {
		for (const unlisten of this.#unlisten) unlisten();
		this.#listeners.clear();
		for (const affected of [...this.#affected]) affected.release();
	}

	#changed(name: FaultName, isOn: boolean): void {
		this.affect();
		for (const listener of [...this.#listeners]) listener(name, isOn);
	}
}
