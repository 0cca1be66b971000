import { boolean } from "./commands/arguments.js";
import { Commands, command } from "./commands/commands.js";
import type { Config } from "./config.js";
import { Connection } from "./connectivity/connection.js";
import type { Host } from "./host.js";
import { Reports } from "./parts/reports.js";
import { AnalogSensors } from "./peripherals/analog-sensor.js";
import { Led } from "./peripherals/led.js";
import { pinOf } from "./peripherals/pin.js";
import { createProfile } from "./profiles/create-profile.js";

/**
 * The nightlight: reports how light it is, and switches its LED as commands say.
 * Returns a function that takes it off line for good and calls back when that is done.
 * @throws RangeError when the board lacks a pin that the configuration names
 */
export function startNightlight(host: Host, config: Config): (done: () => void) => void {
	const { device } = host;
	const sensors = new AnalogSensors(device, config.telemetry.sensors);
	const led = new Led({ io: device.io.Digital, pin: pinOf(device, "led") });
	const profile = createProfile(config, host, {
		obey: (text, retained) => commands.receive(text, retained),
		answer: (text) => reports.answer(text),
	});

	const setLed = (on: boolean) => {
		if (on === led.on) return;
		led.on = on;
		host.report({ event: "led", on });
		connection.publish(profile.state({ led_on: on }));
	};
	const commands = new Commands(host, {
		led_on: command({ argument: boolean, isState: true, obey: setLed }),
	});

	const connection = new Connection(host, config, profile, {
		onOnline: () => {
			connection.publish(profile.state({ led_on: led.on }));
			reports.online();
		},
		onOffline: () => reports.offline(),
		onAcknowledged: (tag) => reports.acknowledged(tag),
		onUndeliverable: (tag, isGivenUp) => reports.undeliverable(tag, isGivenUp),
	});
	const reports = new Reports(host, config, { profile, connection, read: () => sensors.read() });
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
