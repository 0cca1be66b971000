import { type Argument, boolean } from "../commands/arguments.js";
import { Commands, type CommandTable, command } from "../commands/commands.js";
import type { Connection } from "../connectivity/connection.js";
import type { Host } from "../host.js";
import { type Answering, AnsweringClerk } from "./clerk.js";
import type { Fallback } from "./fallback.js";
import type { Reports } from "./reports.js";
import { configuration, type Settings } from "./settings.js";
import type { StatefulLed } from "./stateful-led.js";

/** What commands act on. */
export interface Obeying extends Answering {
	readonly host: Host;
	readonly led: Pick<StatefulLed, "set" | "output">;
	readonly settings: Pick<Settings, "configure" | "config">;
	readonly fallback: Pick<Fallback, "configure" | "commanded">;
	readonly reports: Pick<Reports, "configure" | "sample" | "stop" | "close">;
	readonly connection: Pick<Connection, "publish" | "stop">;
}

/** What an action wants, which has nothing else to say. */
const only: Argument<true> = Object.freeze({
	parse: (json: string) => (json === "true" ? true : undefined),
	wants: "true",
});

/** The commands that a nightlight obeys. */
const COMMANDS: CommandTable<Obeying> = Object.freeze({
	led_on: command({
		argument: boolean,
		isState: true,
		obey: (on, by, { fallback, led }: Obeying) => {
			fallback.commanded();
			led.set(on, by === "hand" ? by : "server");
		},
	}),
	sample: command({
		argument: only,
		isState: false,
		obey: (_, __, { reports }: Obeying) => ({ status: 200, payload: reports.sample() }),
	}),
	reboot: command({ argument: only, isState: false, obey: (_, __, obeying: Obeying) => restart(obeying) }),
	configure: command({
		argument: configuration,
		isState: true,
		obey: (wanted, _, { settings, fallback, reports }: Obeying) => {
			const outcome = settings.configure(wanted);
			if (outcome.status !== 200) return outcome;
			fallback.configure(settings.config);
			reports.configure(settings.config);
			return outcome;
		},
	}),
});

/** What obeys a nightlight's commands. */
export const createCommands = (obeying: Obeying): Commands<Obeying> =>
	new Commands(obeying.host, COMMANDS, obeying, new AnsweringClerk(obeying));

/** Restarts the device, once the answer is on its way. */
function restart({ host, connection, reports }: Obeying): void {
	host.timer.set(() => {
		reports.stop();
		connection.stop(() => {
			reports.close();
			host.restart();
		});
	}, 0);
}
