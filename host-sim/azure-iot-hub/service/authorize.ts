import { durationText } from "../core/duration.js";
import type { Policy, Right } from "../core/hub.js";
import { covers, isSignedWith, readToken } from "../core/sas.js";

/** What a token of the service side is checked against. */
export interface ServiceGate {
	readonly hostNames: readonly string[];
	readonly policies: readonly Policy[];
	/** What the request needs. */
	readonly right: Right;
	/** Milliseconds since 1970. */
	readonly date: number;
}

/**
 * Whether the header `Authorization` has a SAS token of a policy that may use the service side.
 * @returns why not; undefined if it may
 */
export function serviceProblem(header: string | undefined, gate: ServiceGate): string | undefined {
	if (header === undefined) return "the header Authorization is missing: it wants a SAS token of a policy";
	const token = readToken(header);
	if (typeof token === "string") return `the header Authorization is not a SAS token: ${token}`;
	const policy = gate.policies.find(({ name }) => name === token.policy);
	if (policy === undefined) return "the token's skn is not a policy of this hub";
	if (!policy.rights.includes(gate.right))
		return `policy ${policy.name} does not have the right ${gate.right}`;
	if (!gate.hostNames.some((host) => covers(token.resource, host)))
		return `the token is for another hub than ${gate.hostNames.join(" or ")}`;
	if (!isSignedWith(token, policy.key))
		return `the token is not signed with the key of policy ${policy.name}`;
	if (token.expires > gate.date) return undefined;
	return `the token expired ${durationText(gate.date - token.expires)} ago; is the clock right?`;
}
