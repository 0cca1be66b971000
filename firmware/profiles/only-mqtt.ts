import type { Config } from "../config.js";
import type { Host } from "../host.js";
import { MqttProfile } from "./mqtt.js";
import type { Profile, Receivers } from "./profile.js";

/**
 * The lesson's profile, in an image that has no other.
 * @throws RangeError for a configuration that wants another
 */
export function createProfile(config: Config, _host: Host, receivers: Receivers): Profile {
	if (config.azure.connectionString === undefined) return new MqttProfile(config, receivers);
	throw new RangeError("azure.connectionString: this image is not for Azure IoT Hub");
}
