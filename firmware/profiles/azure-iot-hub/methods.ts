import { readObject } from "../../commands/json.js";

/** Direct methods, and the member of a command that each stands for; those with a body hand it over. */
const MEMBERS: Readonly<Record<string, { readonly member: string; readonly takesBody: boolean }>> =
	Object.freeze({
		setLed: Object.freeze({ member: "led_on", takesBody: true }),
		sample: Object.freeze({ member: "sample", takesBody: false }),
		reboot: Object.freeze({ member: "reboot", takesBody: false }),
		configure: Object.freeze({ member: "configure", takesBody: true }),
	});
const NAMES: readonly string[] = Object.freeze(Object.keys(MEMBERS));

/** The command that a direct method stands for, as JSON; or the status and the reason of its answer. */
export type MethodCommand =
	| { readonly kind: "command"; readonly text: string }
	| { readonly kind: "refused"; readonly status: 400 | 404; readonly reason: string };

/**
 * The command of a direct method.
 * @param body JSON or nothing; `undefined` when it is no UTF-8
 * @param id names the command in what the device tells of it
 */
export function commandOfMethod(name: string, body: string | undefined, id: string): MethodCommand {
	if (!NAMES.includes(name)) return refused(404, `no such method: there are ${NAMES.join(", ")}`);
	const method = MEMBERS[name] as { member: string; takesBody: boolean };
	const value = body === undefined ? undefined : jsonOf(body === "" ? "null" : body);
	if (value === undefined) return refused(400, "the body is not JSON");
	const argument = method.takesBody ? value : "true";
	return { kind: "command", text: `{"id":${JSON.stringify(id)},"${method.member}":${argument}}` };
}

const refused = (status: 400 | 404, reason: string): MethodCommand => ({ kind: "refused", status, reason });

/** The text of exactly one JSON value, without what is around it; `undefined` for anything else. */
function jsonOf(text: string): string | undefined {
	const read = readObject(`{"":${text}}`);
	if (read.kind === "invalid" || read.members.length !== 1) return undefined;
	return read.members[0]?.value;
}
