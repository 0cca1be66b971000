import type { Entry } from "./document.js";
import type { Form, Section } from "./form.js";
import {
	type Complain,
	Groups,
	isRange,
	MEMBER,
	named,
	quoted,
	WORD,
	type Word,
	type WrittenGroup,
} from "./groups.js";
import { MOST_SENSOR_NAME, MOST_VOTERS, NAME, NO_SENSORS, type Voter } from "./rule-set.js";

/** What the name of a rule, a group or a device may be, in words. */
export const NAME_RULE = '1 to 64 of letters, digits, "-", "_", "."';
const SENSOR_RULE = `a sensor's name of 1 to ${MOST_SENSOR_NAME} characters, not ${NO_SENSORS.join(", ")}`;
const VOTES = "a group, a device, or a list of these and of {device: ID, sensors: [NAME]}";
const COMMANDS = "a group, a device, or a list of these";

/** Reads whom rules ask, and whom they tell. */
export class Who {
	readonly #form: Form;
	readonly #object: Complain;
	readonly #devices: ReadonlySet<string> | undefined;
	#groups: Groups;
	/** The rule that commands a device. */
	readonly #commanded = new Map<string, string>();

	/**
	 * @param object hears what does not fit together
	 * @param devices those that there are; if left out, any
	 */
	constructor(form: Form, object: Complain, devices: ReadonlySet<string> | undefined) {
		this.#form = form;
		this.#object = object;
		this.#devices = devices;
		this.#groups = new Groups([], object);
	}

	/** The devices of each group. */
	get groups(): ReadonlyMap<string, readonly string[]> {
		return this.#groups.members;
	}

	/** Takes the file's groups, each name once. */
	take(groups: readonly WrittenGroup[]): void {
		for (const { text, offset } of groups)
			if (this.#devices?.has(text))
				this.#object(offset, `groups.${named(text)}: a device has this name; wants another one`);
		this.#groups = new Groups(groups, this.#object);
	}

	/** The names and ranges of a list. */
	words(path: string, items: readonly Entry[]): readonly Word[] {
		return items.flatMap((item) => {
			const text = this.#form.text(path, item, (name) => WORD.test(name), MEMBER);
			return text === undefined ? [] : { path, text, offset: item.offset };
		});
	}

	/** Whom a rule asks: nobody if something is wrong. */
	votersOf({ path, members }: Section): readonly Voter[] {
		const votes = members.get("votes")?.value;
		if (votes === undefined) return [];
		const own = members.get("sensor")?.value;
		const sensor = own === undefined ? "light" : (this.#sensorOf(`${path}.sensor`, own) ?? "light");
		const items = votes.kind === "list" ? this.#form.list(`${path}.votes`, votes, VOTES) : [votes];
		const all = items.flatMap((item) => this.#asked(`${path}.votes`, item, sensor));
		const voters = [...new Map(all.map((voter) => [`${voter.device} ${voter.sensor}`, voter])).values()];
		if (voters.length <= MOST_VOTERS) return voters;
		this.#object(votes.offset, `${path}.votes: asks ${voters.length} sensors, wants ${MOST_VOTERS} at most`);
		return [];
	}

	#asked(path: string, item: Entry, sensor: string): readonly Voter[] {
		if (item.kind !== "map") {
			const words = this.words(path, [item]);
			return words.flatMap((word) => this.#devicesOf(word)).map((device) => ({ device, sensor }));
		}
		const section = this.#form.section(path, item, ["device", "sensors"], ["device", "sensors"]);
		const named = section?.members.get("device")?.value;
		const list = section?.members.get("sensors")?.value;
		const id =
			named &&
			this.#form.text(`${path}.device`, named, (text) => NAME.test(text), `a device's id: ${NAME_RULE}`);
		const sensors =
			list === undefined ? [] : this.#form.list(`${path}.sensors`, list, "a list of sensors, one at least");
		const names = sensors.flatMap((one) => this.#sensorOf(`${path}.sensors`, one) ?? []);
		if (id === undefined || named === undefined) return [];
		if (this.#groups.has(id) || isRange(id)) {
			const what = isRange(id) ? "range" : "group";
			this.#object(named.offset, `${path}.device: ${quoted(id)} is a ${what}, wants a device's id`);
			return [];
		}
		const devices = this.#known({ path, text: id, offset: named.offset }, [id]);
		return devices.flatMap((device) => names.map((name) => ({ device, sensor: name })));
	}

	#sensorOf(path: string, entry: Entry): string | undefined {
		const fits = (text: string) =>
			text !== "" && text.length <= MOST_SENSOR_NAME && !NO_SENSORS.includes(text);
		return this.#form.text(path, entry, fits, SENSOR_RULE);
	}

	/** The devices that a rule tells. */
	commandsOf({ path, members }: Section, rule: string): readonly string[] {
		const entry = members.get("commands")?.value;
		if (entry === undefined) return [];
		const items = entry.kind === "list" ? this.#form.list(`${path}.commands`, entry, COMMANDS) : [entry];
		const words = this.words(`${path}.commands`, items);
		const devices = new Set<string>();
		for (const word of words)
			for (const device of this.#devicesOf(word)) {
				const other = this.#commanded.get(device);
				if (other === undefined) this.#commanded.set(device, rule);
				else if (other !== rule) {
					const what = `${path}.commands: ${quoted(device)} is commanded by rules.${named(other)} already`;
					this.#object(word.offset, `${what}; wants one rule a device`);
					break;
				}
				devices.add(device);
			}
		return [...devices];
	}

	#devicesOf(word: Word): readonly string[] {
		return this.#known(word, this.#groups.devicesOf(word));
	}

	/** Those devices of a word that there are; if one is not there, that is told. */
	#known({ path, text, offset }: Word, ids: readonly string[]): readonly string[] {
		const stranger = this.#devices && ids.find((id) => !this.#devices?.has(id));
		if (stranger === undefined) return ids;
		const of = stranger === text ? "" : ` of ${quoted(text)}`;
		this.#object(
			offset,
			`${path}: ${quoted(stranger)}${of} is neither a group nor a device that is served (--id, --devices)`,
		);
		return [];
	}
}
