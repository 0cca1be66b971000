import type { Broker } from "../broker/broker.js";
import { Switch } from "./switch.js";

/**
 * The switch that takes the broker of this process down. A broker that does not come back, as its port is
 * taken meanwhile, stays down.
 * @param onFailure hears why it does not come back
 */
export function brokerDown(
	broker: Pick<Broker, "pause" | "resume">,
	onFailure: (reason: string) => void,
): Switch {
	const down = new Switch("broker-down");
	down.listen((_, isDown) => {
		if (isDown) return void broker.pause();
		broker.resume().catch((error) => {
			onFailure(error instanceof Error ? error.message : String(error));
			down.set(true);
		});
	});
	return down;
}
