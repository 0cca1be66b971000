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
}

/** Which devices are meant: the one with this id, those with these, or with `undefined` all. */
export type DeviceIds = string | readonly string[] | undefined;

/** Where devices report and take commands: one device, several, or all of them. */
export class Topics {
	/** The topic filters for the telemetry: one, or one for each of several devices. */
	readonly filters: readonly string[];
	/** The telemetry's topic, for people: `<id>/telemetry`. */
	readonly telemetry: string;
	readonly #id: string | undefined;
	readonly #commands: string;
	readonly #before: string;
	/** Behind the id; `undefined` when the topic has none. */
	readonly #after: string | undefined;

	/**
	 * @param ids of the devices
	 * @param templates `{id}/telemetry` and `{id}/commands` if left out
	 * @throws RangeError when a server cannot work with them
	 */
	constructor(ids: DeviceIds, templates: TopicTemplates = {}) {
		const telemetry = checked("telemetry", templates.telemetry);
		const commands = checked("commands", templates.commands);
		checkPlaces(ids, { telemetry, commands });
		const each = typeof ids === "string" ? [ids] : (ids ?? ["+"]);
		this.#id = typeof ids === "string" ? ids : undefined;
		this.#commands = commands;
		[this.#before, this.#after] = telemetry.split(PLACE) as [string, string?];
		this.filters = each.map((id) => put(telemetry, id));
		this.telemetry = put(telemetry, "<id>");
		if (each.some((id) => put(telemetry, id) === put(commands, id)))
			throw new RangeError("topics.commands: wants another topic than topics.telemetry");
	}

	/** The topic on which a device takes commands. */
	commandsOf(id: string): string {
		return put(this.#commands, id);
	}

	/** Whose telemetry a topic is for; `undefined` if it is nobody's. */
	deviceOf(topic: string): string | undefined {
		if (this.#after === undefined) return topic === this.#before ? this.#id : undefined;
		if (topic.length <= this.#before.length + this.#after.length) return undefined;
		if (!topic.startsWith(this.#before) || !topic.endsWith(this.#after)) return undefined;
		const id = topic.slice(this.#before.length, topic.length - this.#after.length);
		return isDeviceId(id) ? id : undefined;
	}
}

/** The topic on which a device takes commands. @throws RangeError for a template that is none */
export const commandTopic = (id: string, template?: string): string => put(checked("commands", template), id);

const put = (template: string, id: string): string => template.split(PLACE).join(id);

/** A topic in quotes, in part if it is long. */
const shown = (topic: string): string =>
	JSON.stringify(topic.length > 60 ? `${topic.slice(0, 57)}...` : topic);

/** @throws RangeError for topics that are the same for more than one of the devices, or that `+` cannot stand in */
function checkPlaces(ids: DeviceIds, templates: Readonly<Record<"telemetry" | "commands", string>>): void {
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
