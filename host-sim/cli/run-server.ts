import { brokerUrl } from "../../server/broker-address.js";
import {
	type Server,
	ServerFailure,
	type ServerOptions as StartOptions,
	startServer,
} from "../../server/server.js";
import type { FileStore } from "../../server/store/libsql.js";
import { Topics } from "../../server/topics.js";
import { ExitCode, Failure, usage } from "./failure.js";
import type { Running } from "./lifecycle.js";
import type { PacketOptions, ServerOptions } from "./options.js";
import type { Output } from "./output.js";
import { type RuleFile, reloadAtSignals } from "./rule-file.js";
import type { Settings } from "./settings.js";

/**
 * @param id of the device, or of several; `+`: all devices
 * @throws Failure for topics that a server cannot work with
 */
export function checkTopics(
	{ config: { topics }, placeOf }: Pick<Settings, "config" | "placeOf">,
	id: string | readonly string[],
): void {
	try {
		new Topics(id === "+" ? undefined : id, topics);
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		const { message } = error;
		const [key = "topics"] = /^topics\.\w+/.exec(message) ?? [];
		throw usage(message.startsWith(key) ? `${placeOf(key)}${message.slice(key.length)}` : message);
	}
}

/** What of the server the page looks at, and what does there as a person wants. */
interface Shown {
	readonly onPacket: StartOptions["onPacket"];
	serve(server: Server): void;
}

/** What a server works with beside its options. */
interface Means {
	readonly output: Output;
	/** Its database, if it has one; it is closed when the server ends. */
	readonly store: FileStore | undefined;
	readonly rules: RuleFile | undefined;
	readonly shown: Shown | undefined;
}

/** Starts the server for the device `id`, for several, or for all with `+`, at the broker of the settings. */
export function runServer(
	{ config: { broker, mqtt, topics }, certificates }: Pick<Settings, "config" | "certificates">,
	id: string | readonly string[],
	options: ServerOptions & PacketOptions,
	{ output, store, rules, shown }: Means,
): Running {
	let hasWorked = false;
	const server = startServer({
		brokerUrl: brokerUrl(broker),
		...certificates,
		id,
		threshold: options.threshold,
		hysteresis: options.hysteresis,
		rules: rules?.set,
		maxPacket: options.maxPacket,
		topics,
		store,
		name: options.name,
		observes: options.observe,
		username: mqtt.username,
		password: mqtt.password,
		timing: { keepAlive: mqtt.keepAlive },
		onPacket: shown?.onPacket,
		onEvent: (event) => {
			if (event.event === "link" && event.state === "online") hasWorked = true;
			output.event({ source: "server", ...event });
		},
	});
	const ignoreSignals = rules && reloadAtSignals(rules, server, (line) => output.log(line));
	shown?.serve(server);
	const failed = server.failed.catch((error) => {
		throw error instanceof ServerFailure ? new Failure(ExitCode.FAILED, error.message) : error;
	});
	// It is heard of where the run is waited for.
	failed.catch(() => {});
	const stop = async () => {
		ignoreSignals?.();
		await server.stop();
		store?.close();
	};
	return { hasWorked: () => hasWorked, failed, stop };
}
