import { Link } from "../../server/link.js";
import { deviceTopic } from "../../server/topics.js";
import type { CommandText } from "./command-json.js";
import type { SourcedEvent } from "./events.js";
import { ExitCode, Failure, usage } from "./failure.js";
import { linkOptions } from "./link-options.js";
import type { PacketOptions } from "./options.js";
import type { Output } from "./output.js";
import type { Settings } from "./settings.js";

/** A command, and how long to try. */
export interface Sending extends CommandText {
	/** Seconds. */
	readonly limit: number;
	/** Resolves when it is to be given up. */
	readonly signalled: Promise<unknown>;
}

/** @throws Failure when the device takes no commands */
function topicOf({ config: { id, topics }, placeOf }: Pick<Settings, "config" | "placeOf">): string {
	const key = "topics.commands";
	if (topics.commands === null) throw usage(`${placeOf(key)}: got null, so the device takes no commands`);
	return deviceTopic("commands", id, topics.commands);
}

/**
 * Publishes a command for the device of the settings with QoS 1, and waits until the broker has acknowledged
 * it. What goes wrong before is told and tried again.
 * @throws Failure when that takes longer than the limit, or is given up
 */
export async function runSend(
	settings: Pick<Settings, "config" | "certificates" | "placeOf">,
	{ body, payload, limit, signalled }: Sending,
	options: PacketOptions,
	output: Output,
): Promise<void> {
	const topic = topicOf(settings);
	const told = { source: "send", event: "sent", device: settings.config.id, topic, payload } as const;
	await publishTo({ topic, body, limit, signalled }, linkOptions(settings, "send", options), output, told);
}

/** A message to be published once, and how long to try. */
export interface Publication extends Pick<Sending, "body" | "limit" | "signalled"> {
	readonly topic: string;
}

/**
 * Publishes a message with QoS 1, and waits until the broker has acknowledged it, which is `told`. What goes wrong
 * before is told and tried again.
 * @throws Failure when that takes longer than the limit, or is given up
 */
export async function publishTo(
	{ topic, body, limit, signalled }: Publication,
	options: ReturnType<typeof linkOptions>,
	output: Output,
	told: Extract<SourcedEvent, { source: "send" | "command"; event: "sent" }>,
): Promise<void> {
	let problem = "no answer from the broker";
	let timer: NodeJS.Timeout | undefined;
	let link: Link | undefined;
	const acknowledged = new Promise<string | undefined>((resolve) => {
		link = new Link({
			...options,
			onChange: (change, connection) => {
				if (told.source === "send") output.event({ source: "send", event: "link", ...change });
				else output.event({ source: "command", event: "link", ...change });
				problem = change.reason ?? problem;
				connection?.publish(topic, body, 1, (isSent) => isSent && resolve(undefined));
			},
			onMessage: (_message, _connection, next) => next(),
		});
		timer = setTimeout(() => resolve(`not sent within ${limit} s: ${problem}`), limit * 1000);
		signalled.then(() => resolve("stopped before it was sent"));
	});
	const failure = await acknowledged;
	clearTimeout(timer);
	// JSON has line ends and tabs between its parts only.
	if (failure === undefined) output.event(told, `Sending message: ${body.replace(/[\r\n\t]+/g, " ")}`);
	await link?.stop();
	if (failure !== undefined) throw new Failure(ExitCode.FAILED, failure);
}
