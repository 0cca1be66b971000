import type { Config } from "../config.js";
import type { Host } from "../host.js";
import { Backlog } from "./backlog.js";
import { Journal } from "./journal.js";
import { Outbox } from "./outbox.js";
import type { Sender } from "./sender.js";

/** The partition that holds readings over a restart. */
const PARTITION = "outbox";
/** Readings that may wait for a server's answer. */
const SERVER_WINDOW = 64;

/** The outbox of a device, with what earlier starts left in it. A storage that fails is reported; memory has to do then. */
export function openOutbox(host: Host, config: Config, sender: Sender): Outbox {
	const { outbox, mqtt, telemetry } = config;
	const { policy, delivery } = outbox;
	const isKept = policy === "keep";
	const stream = newStream(host);
	const journal = isKept ? openJournal(host, stream) : undefined;
	const options = {
		delivery,
		messages: isKept ? outbox.messages : 1,
		bytes: outbox.bytes,
		full: isKept ? outbox.full : "replaced",
		drainInterval: outbox.drainInterval,
		expires: outbox.expires,
		ackTimeout: outbox.ackTimeout,
		window: delivery === "server" ? SERVER_WINDOW : mqtt.inFlight,
		attempts: mqtt.attempts,
		time: isKept && telemetry.time === "none" ? "iso-8601" : telemetry.time,
	} as const;
	return new Outbox(host, options, new Backlog(host, journal, stream), journal?.lost ?? 0, sender);
}

function openJournal(host: Host, stream: string): Journal | undefined {
	try {
		const { flash } = host.device;
		if (flash === undefined) throw new Error("the board has no flash storage");
		return new Journal(host, flash.open({ path: PARTITION }), stream);
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		const reason = `the outbox keeps its readings in memory only: ${why}`;
		host.report({ event: "storage", code: "storage-unreadable", reason });
		return undefined;
	}
}

/** A random name: 8 letters. */
function newStream(host: Pick<Host, "random">): string {
	let stream = "";
	for (let index = 0; index < 8; index++) {
		stream += String.fromCharCode(97 + Math.floor(host.random() * 26));
	}
	return stream;
}
