import { Command } from "commander";
import { openDatabase } from "./database.js";
import { tellExpiry } from "./expiry.js";
import { DEFAULT_ID } from "./identity.js";
import type { Lifecycle } from "./lifecycle.js";
import { isLive } from "./live.js";
import {
	type BrokerOptions,
	type CommonOptions,
	type PacketOptions,
	type PageOptions,
	type ServerOptions,
	withBroker,
	withCommon,
	withMaxPacket,
	withOptionalPage,
	withServer,
} from "./options.js";
import { Output } from "./output.js";
import { pagePlaceOf } from "./page-place.js";
import { openRuleFile } from "./rule-file.js";
import { DEFAULT_BROKER, readSettings } from "./settings.js";

/** The id that stands for all devices. */
const ALL = "+";

const EXAMPLES = `
Examples:
  nightlight server                                   for the device \`nightlight\`
  nightlight server --id + --threshold 500            for every device at the broker
  nightlight server --id + --page                     and a page that shows them
  nightlight server --database nightlight.db          keeps the readings, also over a crash
  nightlight server --id + --rule stadium.yaml        many sensors before one decision
  nightlight server --hysteresis 20                   on below 300, off from 320: it does not flicker
  nightlight server --broker mqtt://test.mosquitto.org --id my-lamp-83`;

/** `nightlight server` */
export const serverCommand = (lifecycle: Lifecycle): Command =>
	withCommon(
		withOptionalPage(withMaxPacket(withServer(withBroker(new Command("server"), DEFAULT_BROKER, ALL)))),
	)
		.description("run the server: a command for each telemetry message")
		.addHelpText("after", EXAMPLES)
		.action(async (options: CommonOptions & BrokerOptions & ServerOptions & PacketOptions & PageOptions) => {
			const { checkTopics, runServer } = await import("./run-server.js");
			const output = new Output({ json: options.json ?? false, prefixed: false, live: isLive(options) });
			const all = options.id === ALL;
			const log = (line: string) => output.log(line);
			const settings = readSettings(all ? { ...options, id: DEFAULT_ID } : options, log);
			const id = all ? ALL : settings.config.id;
			checkTopics(settings, id);
			tellExpiry(settings.certificates, (event) => output.event({ source: "server", ...event }));
			const place = pagePlaceOf(options);
			const rules = await openRuleFile(options, id);
			const store = await openDatabase(options);
			const { pageConfig } = options;
			const login =
				pageConfig === undefined ? undefined : readSettings({ config: pageConfig, id: DEFAULT_ID }, log);
			const subject = { settings, login, id, isSimulated: false };
			const page =
				place && (await (await import("./page.js")).Page.start({ ...subject, place }, options, output));
			const server = runServer(settings, id, options, { output, store, rules, shown: page });
			const stop = async () => {
				await Promise.all([page?.stop(), server.stop()]);
				output.end();
			};
			await lifecycle.toTheEnd({ ...server, stop }, options.duration);
		});
