import { parseConfig } from "../../../firmware/config.js";
import { MqttProfile } from "../../../firmware/profiles/mqtt.js";
import { isDeviceId, Topics } from "../../../server/topics.js";
import { bytesOf, looseText } from "../bytes.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target, unless } from "../target.js";

const PARTS = ["{id}", "{id}", "/", "/", "a", "light", "{", "}", "é", "\u{1f4a1}", " ", "$", "+", "#", "\0", "\u0085", "\uffff", "\ud800"]; // biome-ignore format: a row

const anyTemplate = (random: Random): string =>
	Array.from({ length: random.below(7) }, () =>
		random.pick(random.chance(0.9) ? PARTS.slice(0, 12) : PARTS),
	).join("");

/** Layouts of topics, which device and server read with code of their own: templates of telemetry and commands, and an id. */
export const topics: Target = {
	name: "topics",
	covers: ["server/topics.ts", "firmware/config.ts", "firmware/profiles/mqtt.ts"],
	share: 3,
	generate: (random) =>
		bytesOf([anyTemplate(random), anyTemplate(random), random.pick(["a", "lamp.1", "+"])].join("\n")),
	run: (input) => {
		const [telemetry = "", commands = "", id = ""] = looseText(input).split("\n");
		if (!isDeviceId(id) && id !== "+") return "no id";
		const device = id === "+" ? "lamp" : id;
		const layout = { telemetry, commands, status: null, state: null };
		const parsed = parseConfig({ id: device, broker: { host: "h" }, topics: layout });
		const server = unless(RangeError, () => new Topics(id === "+" ? undefined : id, layout));
		if (parsed.kind === "invalid") {
			// Its packets are smaller than MQTT's.
			demand(server === undefined || telemetry.length + commands.length > 300, "only the server takes it");
			return "refused";
		}
		if (server === undefined) {
			demand(id === "+" || telemetry.length > 60_000, "only the device takes it");
			return "not for all";
		}
		const profile = new MqttProfile(parsed.config, { obey: () => undefined, answer: () => undefined });
		const [reading] = profile.telemetry({ light: 1 });
		const [subscription] = profile.subscriptions;
		demandSame(
			`${server.deviceOf(reading?.topic ?? "")}`,
			device,
			"the server does not know whose reading it is",
		);
		demandSame(server.commandsOf(device), subscription?.filter ?? "", "the device does not listen there");
		return "both";
	},
};
