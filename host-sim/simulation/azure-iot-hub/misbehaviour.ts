import type { AnswerKind, HubFaults } from "../../azure-iot-hub/core/hub.js";
import { Override } from "../override.js";

type Answer = (kind: AnswerKind) => "send" | "drop" | number;

/** What the hub does wrong to one client at present. */
export class Misbehaviour {
	readonly connack = new Override<0 | 1 | 2 | 3 | 4 | 5>(0);
	readonly throttle = new Override(false);
	readonly throttleTwin = new Override(false);
	readonly ignore = new Override(false);
	readonly answer = new Override<Answer>(() => "send");
}

/** The hub's faults, for all clients. @param of what it does wrong to a client */
export const faultsBy = (of: (hubId: string) => Misbehaviour): HubFaults => ({
	connect: (id) => of(id).connack.value,
	throttleTelemetry: (id) => of(id).throttle.value,
	throttleTwin: (id) => of(id).throttleTwin.value,
	ignore: (id) => of(id).ignore.value,
	answer: (kind, id) => of(id).answer.value(kind),
});
