import type { Config } from "../config.js";
import type { Host } from "../host.js";
import { AzureIotHubProfile } from "./azure-iot-hub/profile.js";
import { MqttProfile } from "./mqtt.js";
import type { Profile, Receivers } from "./profile.js";

/**
 * The profile of a device: Azure IoT Hub's with a connection string, the lesson's without.
 * @throws RangeError for a configuration that does not fit its profile
 */
export const createProfile = (config: Config, host: Host, receivers: Receivers): Profile =>
	config.azure.connectionString === undefined
		? new MqttProfile(config, receivers)
		: new AzureIotHubProfile(config, host, receivers);
