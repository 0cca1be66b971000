import { HOLD_TIME, OfflineError, type Server } from "../../server/server.js";
import type { DeviceModel } from "./device-model.js";
import { HttpError } from "./http.js";
import { stateOf } from "./led-state.js";
import type { Model } from "./model.js";
import type { Act, FaultName } from "./protocol.js";

/** Does what a person wants. @throws HttpError with the reason why not */
export function perform(act: Act, model: Model, server: Pick<Server, "hold" | "send"> | undefined): void {
	const device = model.device(act.device);
	if (device === undefined) throw new HttpError(404, `there is no device ${JSON.stringify(act.device)}`);
	switch (act.act) {
		case "light": {
			const { minimum, maximum } = device.range;
			if (act.value < minimum || act.value > maximum)
				throw new HttpError(400, `value: wants a number from ${minimum} to ${maximum}`);
			controlsOf(device).setLight(act.value);
			return device.turned();
		}
		case "source": {
			const controls = controlsOf(device);
			if (!controls.sources.includes(act.source))
				throw new HttpError(409, `the light of this device does not come from "${act.source}"`);
			controls.choose(act.source);
			return device.turned();
		}
		case "hold":
			checkServed(device);
			return atServer(server, (running) => hold(running, device, act.led));
		case "command":
			checkServed(device);
			return atServer(server, (running) => {
				running.send(device.id, act.text);
				const wanted = stateOf(act.text);
				if (wanted !== undefined) device.commanded(wanted.led);
			});
		case "fault":
			return switchFault(device, act.fault, act.on);
	}
}

/** @throws HttpError for a device that no server of ours commands */
function checkServed({ view: { hub } }: DeviceModel): void {
	if (hub !== undefined)
		throw new HttpError(409, "this device is commanded by its hub: nightlight hub invoke");
}

function switchFault({ controls }: DeviceModel, fault: FaultName, isOn: boolean): void {
	const trouble = controls?.trouble;
	if (trouble === undefined || !trouble.possible.includes(fault))
		throw new HttpError(409, `"${fault}" cannot be switched for this device`);
	trouble.set(fault, isOn);
}

function hold(server: Pick<Server, "hold">, device: DeviceModel, led: boolean | null): void {
	server.hold(device.id, led);
	device.held(led === null ? undefined : { led, until: Date.now() + HOLD_TIME });
	if (led === null) device.note("server", "the rule decides again", "plain");
	else device.note("server", `a person's command holds for an hour: LED ${led ? "on" : "off"}`, "plain");
}

function controlsOf({ controls }: DeviceModel) {
	if (controls === undefined)
		throw new HttpError(409, "this device measures by itself: its light cannot be set here");
	return controls;
}

function atServer<S>(server: S | undefined, act: (server: S) => void): void {
	try {
		if (server === undefined) throw new OfflineError("the server has not started yet");
		act(server);
	} catch (error) {
		if (error instanceof OfflineError) throw new HttpError(409, error.message);
		throw error;
	}
}
