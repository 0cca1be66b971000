import type { ConnectionProfile, Endpoint } from "../../../firmware/endpoint.js";
import { configOf, type Settings } from "../../support/virtual/config.js";
import { Rig, type RigOptions } from "./rig.js";

export type Done = (answer: Endpoint | string) => void;

/** An endpoint as the rig has it, or another one. */
export const endpoint = (
	over: Partial<Endpoint> & { clientId?: string; cleanSession?: boolean } = {},
): Endpoint => {
	const { clientId = "d1", cleanSession = true, ...rest } = over;
	return { broker: configOf().broker, connect: { clientId, cleanSession, keepAlive: 0 }, ...rest };
};

/** A rig whose profile is asked as the test says. */
export const rigWith = (
	prepare: (done: Done, attempt: number, now: number, date: number | undefined, rig: Rig) => void,
	settings: Settings = {},
	options: RigOptions = {},
	more: Partial<ConnectionProfile> = {},
): Rig =>
	new Rig(settings, {
		...options,
		profile: (rig) => ({
			prepare: (attempt, now, date, done) => prepare(done, attempt, now, date, rig),
			...more,
		}),
	});
