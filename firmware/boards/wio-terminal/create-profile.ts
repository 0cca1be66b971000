import type { Config } from "../../config.js";
import type { Host } from "../../host.js";
import { MqttProfile } from "../../profiles/mqtt.js";
import type { Obey, Profile, Receivers } from "../../profiles/profile.js";

/** What obeys commands, once the firmware has started: for the board's own. */
export let obey: Obey;

/**
 * In place of `profiles/create-profile.ts`, in an image for a board that gives commands itself: the lesson's profile.
 * @throws RangeError for a configuration that wants another
 */
export function createProfile(config: Config, _host: Host, receivers: Receivers): Profile {
	if (config.azure.connectionString !== undefined)
		throw new RangeError("azure.connectionString: this image is not for Azure IoT Hub");
	obey = receivers.obey;
	return new MqttProfile(config, receivers);
}
