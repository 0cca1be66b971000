import type { Config } from "../config.js";
import type { Host } from "../host.js";
import { AzureIotHubProfile } from "./azure-iot-hub/profile.js";
import type { Profile, Receivers } from "./profile.js";

/**
 * The profile of Azure IoT Hub, in an image that has no other.
 * @throws RangeError for a configuration that does not fit it
 */
export const createProfile = (config: Config, host: Host, receivers: Receivers): Profile =>
	new AzureIotHubProfile(config, host, receivers);
