import type { Config } from "../config.js";
import type { Host } from "../host.js";
import { MqttProfile } from "./mqtt.js";
import type { Profile, Receivers } from "./profile.js";

/** The profile of a device: there is one kind. A profile of another kind may need the host's time and chance. */
export const createProfile = (config: Config, _host: Host, receivers: Receivers): Profile =>
	new MqttProfile(config, receivers);
