import type { DeviceEvent } from "../../events.js";

/** An event as a line of the log, in the lesson's words where it has them. */
export function describeEvent(event: DeviceEvent): string {
	switch (event.event) {
		case "link": {
			const why = event.reason === undefined ? "" : `: ${event.reason}`;
			const next = event.delay === undefined ? "" : `; next try in ${(event.delay / 1000).toFixed(1)} s`;
			return `Link ${event.state}${why}${next}`;
		}
		case "network":
			if (event.state === "up") return `Network up, address ${event.address}`;
			return event.state === "down" ? `Network down: ${event.reason}` : `Network joining "${event.ssid}"`;
		case "telemetry":
			return `Sending telemetry ${JSON.stringify(event.payload)}`;
		case "command":
			return `Message received: ${JSON.stringify(event.payload)}`;
		case "led":
			return event.on ? "LED on" : "LED off";
		case "refused": {
			// A stranger's text, and so in quotes, where nothing in it steers a terminal.
			const payload = event.payload === "" ? "" : ` ${JSON.stringify(event.payload)}`;
			const what = event.code === "subscription-refused" ? "Not subscribed to" : "Refused a message on";
			return `${what} ${JSON.stringify(event.topic)}: ${event.reason}${payload}`;
		}
		case "storage":
			return `Storage failed, going on in memory only: ${event.reason}`;
		case "response":
			return `Answered ${JSON.stringify(event.id)}: ${event.status} ${JSON.stringify(event.payload ?? {})}`;
		case "fallback":
			return event.active ? `Deciding itself: ${event.reason}` : "Decides no longer: a command came";
		case "outbox": {
			const { pending, dropped, setAside, lost } = event;
			return `Outbox: ${pending} waiting, ${dropped} dropped, ${setAside} set aside, ${lost} lost`;
		}
	}
}
