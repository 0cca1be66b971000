import type { Config } from "./config.js";
import { Connection } from "./connectivity/connection.js";
import type { Host } from "./host.js";
import { createCommands } from "./parts/create-commands.js";
import { Fallback } from "./parts/fallback.js";
import { Reports } from "./parts/reports.js";
import { Settings } from "./parts/settings.js";
import { StatefulLed } from "./parts/stateful-led.js";
import { AnalogSensors } from "./peripherals/analog-sensor.js";
import { createProfile } from "./profiles/create-profile.js";

/**
 * The nightlight: reports how light it is, and switches its LED as commands say.
 * Returns a function that takes it off line for good and calls back when that is done.
 * @throws RangeError when the board lacks a pin that the configuration names
 */
export function startNightlight(host: Host, file: Config): (done: () => void) => void {
	const settings = new Settings(host, file);
	const { config } = settings;
	const sensors = new AnalogSensors(host.device, config.telemetry.sensors);
	const led = new StatefulLed(host, (state) => connection.publish(profile.state(state)));
	const profile = createProfile(config, host, {
		obey: (text, retained, topic) => commands.receive(text, retained, topic),
		answer: (text) => reports.answer(text),
	});
	const fallback = new Fallback(host, config, led);
	const connection = new Connection(host, config, profile, {
		onOnline: () => {
			connection.publish(profile.state(led.state));
			fallback.online();
			reports.online();
		},
		onOffline: () => {
			profile.offline?.();
			fallback.offline();
			reports.offline();
		},
		onAcknowledged: (tag) => reports.acknowledged(tag),
		onUndeliverable: (tag, isGivenUp) => reports.undeliverable(tag, isGivenUp),
	});
	const reports = new Reports(host, config, { profile, connection, fallback, read: () => sensors.read() });
	const commands = createCommands({ host, led, settings, fallback, reports, connection, profile });
	profile.join?.({ settings, connection });
	connection.start();
	reports.start();
	return (done) => {
		reports.stop();
		connection.stop(() => {
			reports.close();
			sensors.close();
			led.close();
			done();
		});
	};
}
