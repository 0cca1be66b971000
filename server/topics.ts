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
}

/** Which devices are meant: the one with this id, those with these, or with `undefined` all. */
export type DeviceIds = string | readonly string[] | undefined;

/** Where devices report, take commands and hear of their readings: one device, several, or all of them. */
export class Topics {
	/** The topic filters for the telemetry: one, or one for each of several devices. */
	readonly filters: readonly string[];
	/** The topic filters for what servers say to these devices of their readings; none when nothing is said. */
	readonly ackFilters: readonly string[];
	/** The telemetry's topic, for people: `<id>/telemetry`. */
	readonly telemetry: string;
	readonly #id: string | undefined;
	readonly #telemetry: string;
	readonly #commands: string;
	readonly #acks: string | undefined;

	/**
	 * @param ids of the devices
	 * @param templates `{id}/telemetry`, `{id}/commands` and `{id}/acks` if left out
	 * @throws RangeError when a server cannot work with them
	 */
	constructor(ids: DeviceIds, templates: TopicTemplates = {}) {
		const telemetry = checked("telemetry", templates.telemetry);
		const commands = checked("commands", templates.commands);
		const acks = templates.acks === null ? undefined : checked("acks", templates.acks);
		checkPlaces(ids, { telemetry, commands, ...(acks !== undefined && { acks }) });
		const each = typeof ids === "string" ? [ids] : (ids ?? ["+"]);
		this.#id = typeof ids === "string" ? ids : undefined;
		this.#telemetry = telemetry;
		this.#commands = commands;
		this.#acks = acks;
		this.filters = each.map((id) => put(telemetry, id));
		this.ackFilters = acks === undefined ? [] : each.map((id) => put(acks, id));
		this.telemetry = put(telemetry, "<id>");
		if (each.some((id) => put(telemetry, id) === put(commands, id)))
			throw new RangeError("topics.commands: wants another topic than topics.telemetry");
		for (const [name, other] of Object.entries({ telemetry, commands }))
			if (acks !== undefined && each.some((id) => put(acks, id) === put(other, id)))
				throw new RangeError(`topics.acks: wants another topic than topics.${name}`);
	}

	/** The topic on which a device takes commands. */
	commandsOf(id: string): string {
		return put(this.#commands, id);
	}

	/** The topic on which a device hears which of its readings the server has; `undefined` when nothing is said. */
	acksOf(id: string): string | undefined {
		return this.#acks === undefined ? undefined : put(this.#acks, id);
	}

	/** Whose telemetry a topic is for; `undefined` if it is nobody's. */
	deviceOf(topic: string): string | undefined {
		return idIn(topic, this.#telemetry, this.#id);
	}

	/** Whether servers say on this topic which readings they have. */
	isAck(topic: string): boolean {
		return this.#acks !== undefined && idIn(topic, this.#acks, this.#id) !== undefined;
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

/** The topic on which a device takes commands. @throws RangeError for a template that is none */
export const commandTopic = (id: string, template?: string): string => put(checked("commands", template), id);

const put = (template: string, id: string): string => template.split(PLACE).join(id);

/** A topic in quotes, in part if it is long. */
const shown = (topic: string): string =>
	JSON.stringify(topic.length > 60 ? `${topic.slice(0, 57)}...` : topic);

/** @throws RangeError for topics that are the same for more than one of the devices, or that `+` cannot stand in */
function checkPlaces(ids: DeviceIds, templates: Readonly<Record<string, string>>): void {
	if (typeof ids === "string") return;
	for (const [name, topic] of Object.entries(templates)) {
		if (ids === undefined && !topic.split("/").includes(PLACE))
			throw new RangeError(
				`topics.${name}: for all devices ${PLACE} must be a whole level of ${shown(topic)}`,
			);
		if (!topic.includes(PLACE))
			throw new RangeError(`topics.${name}: for several devices ${PLACE} must be in ${shown(topic)}`);
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
