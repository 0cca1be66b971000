import { type Broker, startBroker } from "../broker/broker.js";
import { FIRST_PORT, ListenError } from "../broker/listen.js";
import { ExitCode, Failure } from "./failure.js";
import type { ListenOptions } from "./options.js";
import type { Output } from "./output.js";

/**
 * Starts the embedded broker.
 * @param id of the device that runs beside it, if one does
 * @throws Failure when it cannot listen
 */
export async function runBroker(options: ListenOptions, output: Output, id?: string): Promise<Broker> {
	try {
		const broker = await startBroker({
			...options,
			onEvent: (event) => output.event({ source: "broker", ...event }),
		});
		if (!broker.loopback) {
			output.log(`Warning: anyone who reaches ${broker.host} can use this broker; it asks for no password.`);
		}
		if (options.port === undefined && broker.port !== FIRST_PORT) {
			const words = `--broker ${broker.url}${id === undefined ? "" : ` --id ${id}`}`;
			output.log(
				`Port ${FIRST_PORT} is taken: this broker listens on ${broker.port}; other commands reach it with ${words}`,
			);
		}
		return broker;
	} catch (error) {
		if (error instanceof ListenError) throw new Failure(ExitCode.FAILED, error.message);
		throw error;
	}
}
