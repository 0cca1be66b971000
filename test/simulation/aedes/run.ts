import { beginWorld, type Outcome, outcomeOf, type TimedSpec } from "../../../host-sim/simulation/seed.js";
import type { World } from "../../../host-sim/simulation/world.js";
import { AedesBroker } from "./broker.js";

/** Runs a world on Aedes to its end, or to the first thing that does not hold. One at a time in a process. */
export async function runOnAedes(spec: TimedSpec, onLine?: (line: string) => void): Promise<Outcome> {
	const brokers: AedesBroker[] = [];
	try {
		const world = beginWorld({
			...{ ...spec, onLine },
			broker: (parts) => {
				const broker = new AedesBroker(parts, spec.seed);
				brokers.push(broker);
				return broker;
			},
		});
		return await run(world, brokers[0] as AedesBroker, spec.duration);
	} finally {
		for (const broker of brokers) broker.end();
	}
}

/** Lets the broker settle after each thing that happens, before time goes on. */
async function run(world: World, broker: AedesBroker, duration: number): Promise<Outcome> {
	try {
		do if (broker.isBusy) await broker.settle();
		while (world.clock.runNext(duration));
		world.runTo(duration);
		world.end();
	} catch (error) {
		return outcomeOf(world, error);
	}
	return outcomeOf(world);
}
