/** 1 to 64 of letters, digits, `-`, `_`, `.`: safe in a topic, a client id and a file name. */
const ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Where the device's id goes. */
const PLACE = "{id}";

/**
 * What no topic has: wildcards (MQTT 3.1.1, 4.7), a `$` at its beginning, as such topics are the broker's (4.7.2), what
 * a broker may close the connection on (1.5.3), and braces: those of `{id}` are looked at before.
 */
const FORBIDDEN = /^\$|[#+{}]|\p{Cc}|\p{Cs}|\p{Noncharacter_Code_Point}/u;

/** The longest topic, in bytes of UTF-8 (1.5.3). */
const LONGEST = 65_535;

/** Whether a text can be a device's id. */
export const isDeviceId = (text: string): boolean => ID.test(text);

/** Topics of devices: `{id}` in them, once at most, stands for a device's id. `null`: there is none. */
export interface TopicTemplates {
	readonly telemetry?: string | null | undefined;
	readonly commands?: string | null | undefined;
	/** Where the server says which readings it has. */
	readonly acks?: string | null | undefined;
	/** Where programs order what a device is to do. */
	readonly orders?: string | null | undefined;
	/** Where a device answers orders, and the server says how they stand. */
	readonly responses?: string | null | undefined;
	/** Where a device, or the broker for it, says `online` and `offline`. */
	readonly status?: string | null | undefined;
}

/** Which devices are meant: the one with this id, those with these, or with `undefined` all. */
export type DeviceIds = string | readonly string[] | undefined;

/** What a device's topic is for. */
export type TopicUse = keyof TopicTemplates;

/** What the server needs, and what may be missing; in this order it is found what a topic is for. */
const NEEDED = ["telemetry", "commands"] as const;
const OPTIONAL = ["acks", "orders", "responses", "status"] as const;

/** Where devices report, take commands and hear of their readings and orders: one device, several, or all of them. */
export class Topics {
	/** The topic filters for the telemetry: one, or one for each of several devices. */
	readonly filters: readonly string[];
	/** The topic filters for what servers say to these devices of their readings; none when nothing is said. */
	readonly ackFilters: readonly string[];
	/** The topic filters for orders, their responses and the devices' statuses; none when there are no orders. */
	readonly orderFilters: readonly string[];
	/** The telemetry's topic, for people: `<id>/telemetry`. */
	readonly telemetry: string;
	readonly #id: string | undefined;
	readonly #templates: ReadonlyMap<TopicUse, string>;

	/**
	 * @param ids of the devices
	 * @param templates `{id}/telemetry`, `{id}/commands` and so on if left out
	 * @throws RangeError when a server cannot work with them
	 */
	constructor(ids: DeviceIds, templates: TopicTemplates = {}) {
		const all = new Map<TopicUse, string>(NEEDED.map((use) => [use, checked(use, templates[use])]));
		for (const use of OPTIONAL) if (templates[use] !== null) all.set(use, checked(use, templates[use]));
		checkPlaces(ids, all);
		const each = typeof ids === "string" ? [ids] : (ids ?? ["+"]);
		// A layout from before there were orders may use their topic.
		const isTaken = (use: TopicUse, topic: string) =>
			use !== "orders" && each.some((id) => put(topic, id) === `${id}/orders`);
		if (templates.orders === undefined && [...all].some(([use, topic]) => isTaken(use, topic)))
			all.delete("orders");
		checkDifferent(each, all);
		this.#id = typeof ids === "string" ? ids : undefined;
		this.#templates = all;
		const filtersOf = (use: TopicUse) =>
			all.has(use) ? each.map((id) => put(all.get(use) as string, id)) : [];
		this.filters = filtersOf("telemetry");
		this.ackFilters = filtersOf("acks");
		const hasOrders = all.has("orders") && all.has("responses");
		this.orderFilters = hasOrders
			? [...filtersOf("orders"), ...filtersOf("responses"), ...filtersOf("status")]
			: [];
		this.telemetry = put(all.get("telemetry") as string, "<id>");
	}

	/** The topic on which a device takes commands. */
	commandsOf(id: string): string {
		return this.#topicOf("commands", id) as string;
	}

	/** The topic on which a device hears which of its readings the server has; `undefined` when nothing is said. */
	acksOf(id: string): string | undefined {
		return this.#topicOf("acks", id);
	}

	/** The topic on which is said how orders for a device stand; `undefined` when nothing is said. */
	responsesOf(id: string): string | undefined {
		return this.#topicOf("responses", id);
	}

	/** Whose telemetry a topic is for; `undefined` if it is nobody's. */
	deviceOf(topic: string): string | undefined {
		return this.deviceIn("telemetry", topic);
	}

	/** Of whom it is, if a topic is for this use; `undefined` if it is not, or nobody's. */
	deviceIn(use: TopicUse, topic: string): string | undefined {
		const template = this.#templates.get(use);
		return template === undefined ? undefined : idIn(topic, template, this.#id);
	}

	/** Whether servers say on this topic which readings they have. */
	isAck(topic: string): boolean {
		return this.deviceIn("acks", topic) !== undefined;
	}

	#topicOf(use: TopicUse, id: string): string | undefined {
		const template = this.#templates.get(use);
		return template === undefined ? undefined : put(template, id);
	}
}

/** Whose topic of a template it is; the `only` device's if the template has no id. */
function idIn(topic: string, template: string, only: string | undefined): string | undefined {
	const [before, after] = template.split(PLACE) as [string, string?];
	if (after === undefined) return topic === before ? only : undefined;
	if (topic.length <= before.length + after.length) return undefined;
	if (!topic.startsWith(before) || !topic.endsWith(after)) return undefined;
	const id = topic.slice(before.length, topic.length - after.length);
	return isDeviceId(id) ? id : undefined;
}

/** The topic of a device for a use. @throws RangeError for a template that is none */
export const deviceTopic = (use: TopicUse, id: string, template?: string): string =>
	put(checked(use, template), id);

const put = (template: string, id: string): string => template.split(PLACE).join(id);

/** A topic in quotes, in part if it is long. */
const shown = (topic: string): string =>
	JSON.stringify(topic.length > 60 ? `${topic.slice(0, 57)}...` : topic);

/** @throws RangeError for topics that are the same for more than one of the devices, or that `+` cannot stand in */
function checkPlaces(ids: DeviceIds, templates: ReadonlyMap<TopicUse, string>): void {
	if (typeof ids === "string") return;
	for (const [name, topic] of templates) {
		if (ids === undefined && !topic.split("/").includes(PLACE))
			throw new RangeError(
				`topics.${name}: for all devices ${PLACE} must be a whole level of ${shown(topic)}`,
			);
		if (!topic.includes(PLACE))
			throw new RangeError(`topics.${name}: for several devices ${PLACE} must be in ${shown(topic)}`);
	}
}

/** @throws RangeError for two topics of a device that are the same */
function checkDifferent(ids: readonly string[], templates: ReadonlyMap<TopicUse, string>): void {
	for (const id of ids) {
		const used = new Map<string, TopicUse>();
		for (const [use, template] of templates) {
			const topic = put(template, id);
			const other = used.get(topic);
			if (other !== undefined)
				throw new RangeError(`topics.${use}: wants another topic than topics.${other}`);
			used.set(topic, use);
		}
	}
}

/** @throws RangeError for what is no topic with one id in it at most */
function checked(name: keyof TopicTemplates, topic: string | null = `${PLACE}/${name}`): string {
	const key = `topics.${name}`;
	if (topic === null) throw new RangeError(`${key}: the server needs it, got null`);
	if (topic === "" || FORBIDDEN.test(topic.replace(PLACE, "i"))) {
		const wants = `a topic name without "+", "#", "$" at its beginning and braces other than one ${PLACE}`;
		throw new RangeError(`${key}: got ${shown(topic)}, wants ${wants}`);
	}
	// An id has 64 characters at most, and each is a byte.
	const bytes = Buffer.byteLength(put(topic, "x".repeat(64)));
	if (bytes > LONGEST) throw new RangeError(`${key}: ${bytes} bytes, wants ${LONGEST} at most`);
	return topic;
}
