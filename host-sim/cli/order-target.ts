import { groupOrdersOf, groupResponsesOf } from "../../server/group-topics.js";
import { deviceTopic, Topics } from "../../server/topics.js";
import { usage } from "./failure.js";
import type { Settings } from "./settings.js";

/** For whom an order is: where it is published, and where is said how it stands. */
export interface OrderTarget {
	readonly addressee: { readonly device: string } | { readonly group: string };
	readonly topic: string;
	/** What to subscribe to. */
	readonly filters: readonly string[];
	/** Where the server says that it has the order. */
	readonly acceptances: string;
	/** Of which device a message says how the order has ended; `undefined`: of none. */
	deviceOf(topic: string): string | undefined;
}

type TargetSettings = Pick<Settings, "config" | "placeOf">;

const KEY = "topics.responses";

/** @throws Failure when devices answer nowhere */
function responsesIn({ config: { topics }, placeOf }: TargetSettings): string {
	if (topics.responses === null) throw usage(`${placeOf(KEY)}: got null, so nothing is said of orders`);
	return topics.responses;
}

/** The device of the settings. @throws Failure when it answers nowhere */
export function deviceTarget(settings: TargetSettings): OrderTarget {
	const { id } = settings.config;
	const responses = deviceTopic("responses", id, responsesIn(settings));
	return {
		addressee: { device: id },
		topic: deviceTopic("orders", id),
		filters: [responses],
		acceptances: responses,
		deviceOf: () => id,
	};
}

/**
 * The devices of a group of the server's rule file.
 * @param waits whether their answers are asked for
 * @throws Failure when devices answer nowhere, or where it cannot be told which one does
 */
export function groupTarget(group: string, waits: boolean, settings: TargetSettings): OrderTarget {
	const template = responsesIn(settings);
	const acceptances = groupResponsesOf(group);
	const levels = template.split("/");
	if (waits && !levels.includes("{id}"))
		throw usage(
			`${settings.placeOf(KEY)}: for a group {id} must be a whole level of ${JSON.stringify(template)}`,
		);
	const topics = new Topics(undefined, { responses: waits ? template : null });
	const all = levels.map((level) => (level === "{id}" ? "+" : level)).join("/");
	return {
		addressee: { group },
		topic: groupOrdersOf(group),
		filters: waits ? [acceptances, all] : [acceptances],
		acceptances,
		deviceOf: (topic) => topics.deviceIn("responses", topic),
	};
}
