import type { HubPrintedEvent } from "../azure-iot-hub/printed-events.js";
import { urlOf } from "../broker/listen.js";

/** How much of a payload a line shows, in characters. */
const EXCERPT = 200;

/** What people read of a hub's event; `undefined` for what only programs want to know. */
export function hubLine(event: HubPrintedEvent): string | undefined {
	const about = "device" in event ? nameOf(event) : "";
	switch (event.event) {
		case "listening":
			return `Listening on ${urlOf(event.host, event.port, event.protocol === "mqtts" ? "mqtts" : "wss").replace("/mqtt", event.protocol === "mqtts" ? "" : "/$iothub/websocket")}`;
		case "identity":
			return `Connection string of ${about}: ${event.file}${event.cert === undefined ? "" : ` (certificate ${event.cert}, key ${event.key})`}`;
		case "connected":
			return `${about} connected (${AUTHENTICATION[event.authentication]})`;
		case "refused":
			return `Refused ${JSON.stringify(event.client)}: ${event.reason}`;
		case "rejected":
			return `Closed the connection from ${event.address}: ${event.reason}`;
		case "dropped":
			return `Closed a connection: ${event.reason}`;
		case "disconnected":
			return event.code === "disconnect"
				? `${about} disconnected`
				: `${about} disconnected: ${event.reason}${event.will ? "; its will was sent" : ""}`;
		case "telemetry":
			return `Message received from ${about}: ${bodyOf(event)}${propertiesOf(event)}`;
		case "c2d-queued":
			return `Message ${event.messageId} for ${about} queued`;
		case "c2d-completed":
			return `Message ${event.messageId} completed by ${about}`;
		case "c2d-expired":
			return `Message ${event.messageId} for ${about} expired`;
		case "twin-reported":
			return `${about} reported, version ${event.version}: ${JSON.stringify(event.patch)}`;
		case "twin-desired":
			return `Desired properties of ${about}, version ${event.version}${event.pushed ? "" : ", not there to get them"}: ${JSON.stringify(event.patch)}`;
		case "twin-refused":
			return `Refused a twin request of ${about}, ${event.status}: ${event.reason}`;
		case "method-called":
			return `Method ${event.method} of ${about} called`;
		case "method-answered":
			return `Method ${event.method} of ${about} answered: ${event.status} ${JSON.stringify(event.payload)}`;
		case "method-timeout":
			return `Method ${event.method} of ${about} was not answered in time`;
		case "method-unknown":
			return `${about} answered a method call ${JSON.stringify(event.rid)} that nobody waits for`;
		case "throttled":
			return `Throttled ${event.what === "twin" ? "a twin request" : "telemetry"} of ${about}`;
		case "c2d-sent":
		case "subscribed":
		case "unsubscribed":
		case "twin-read":
			return undefined;
	}
}

const AUTHENTICATION = Object.freeze({
	sas: "SAS token",
	"sas-policy": "SAS token of a policy",
	"x509-thumbprint": "certificate, by thumbprint",
	"x509-ca": "certificate, by its CA",
});

const nameOf = ({ device, module }: { readonly device: string; readonly module?: string }): string =>
	module === undefined ? device : `${device}/${module}`;

type Telemetry = Extract<HubPrintedEvent, { event: "telemetry" }>;

function bodyOf({ encoding, payload }: Telemetry): string {
	const shown = payload.length > EXCERPT ? `${payload.slice(0, EXCERPT)}…` : payload;
	return payload === "" ? "(empty)" : encoding === "hex" ? `0x${shown}` : shown;
}

function propertiesOf({ application }: Telemetry): string {
	const pairs = Object.entries(application).map(([name, value]) =>
		value === null ? name : `${name}=${value}`,
	);
	return pairs.length === 0 ? "" : ` (${pairs.join(", ")})`;
}
