import { type Broker, startBroker } from "../broker/broker.js";
import { ListenError } from "../broker/listen.js";
import { ExitCode, Failure } from "./failure.js";
import type { ListenOptions } from "./options.js";
import type { Output } from "./output.js";

/**
 * Starts the embedded broker.
 * @throws Failure when it cannot listen
 */
export async function runBroker(options: ListenOptions, output: Output): Promise<Broker> {
	try {
		const broker = await startBroker({
			...options,
			onEvent: (event) => output.event({ source: "broker", ...event }),
		});
		if (!broker.loopback) {
			output.log(`Warning: anyone who reaches ${broker.host} can use this broker; it asks for no password.`);
		}
		return broker;
	} catch (error) {
		if (error instanceof ListenError) throw new Failure(ExitCode.FAILED, error.message);
		throw error;
	}
}
