/** 1 to 64 of letters, digits, `-`, `_`, `.`: safe in a topic, a client id and a file name. */
const ID = /^[A-Za-z0-9._-]{1,64}$/;

const TELEMETRY = "/telemetry";
const COMMANDS = "/commands";

/** Whether a text can be a device's id. */
export const isDeviceId = (text: string): boolean => ID.test(text);

/** The topic filter for the telemetry of one device, or of all of them. */
export const telemetryFilter = (id: string | undefined): string => `${id ?? "+"}${TELEMETRY}`;

/** The topic on which a device takes commands. */
export const commandTopic = (id: string): string => `${id}${COMMANDS}`;

/** The id in `<id>/telemetry`, or undefined if the topic is not of that form. */
export function deviceOf(topic: string): string | undefined {
	if (!topic.endsWith(TELEMETRY)) return undefined;
	const id = topic.slice(0, -TELEMETRY.length);
	return isDeviceId(id) ? id : undefined;
}
