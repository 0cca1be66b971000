import {
	type Authentication,
	type Hub,
	type Identity,
	idOf,
	isDeviceId,
	type JsonObject,
} from "../core/hub.js";
import { isObject } from "../core/json.js";
import { serviceError } from "../core/service-error.js";
import { newKey } from "../identities.js";
import { objectOf } from "./body.js";
import type { Call } from "./call.js";
import { answerJson, badRequest, Refused } from "./service-error-answer.js";

/** All identities, without their keys. */
export async function listDevices({ hub, response }: Call): Promise<void> {
	answerJson(
		response,
		200,
		hub.identities.map((identity) => {
			const { authentication, ...rest } = described(hub, identity);
			return { ...rest, authentication: { type: authentication.type } };
		}),
	);
}

/** An identity, with its keys. */
export async function readIdentity({ hub, id, response }: Call): Promise<void> {
	answerJson(response, 200, described(hub, found(hub, id)));
}

/** Registers an identity; one that is there is changed only if the request has `If-Match`. */
export async function writeIdentity({ hub, id, request, response }: Call): Promise<void> {
	const [device = "", module] = id.split("/");
	const before = hub.identities.find((identity) => idOf(identity) === id);
	if (before !== undefined && request.headers["if-match"] === undefined)
		throw new Refused(serviceError("DeviceAlreadyExists", `${id} is registered; change it with If-Match`));
	if (![device, module ?? device].every(isDeviceId)) throw badRequest(`${id} cannot be an id`);
	if (module !== undefined) found(hub, device);
	const { authentication, status } = await objectOf(request);
	const identity: Identity = {
		device,
		...(module !== undefined && { module }),
		authentication: authenticationOf(authentication) ?? before?.authentication ?? newKeys(),
		isEnabled: status !== "disabled",
	};
	hub.register(identity);
	answerJson(response, 200, described(hub, identity));
}

/** Removes an identity, with its modules. */
export async function removeIdentity({ hub, id, response }: Call): Promise<void> {
	found(hub, id);
	hub.unregister(id);
	response.writeHead(204).end();
}

function found(hub: Hub, id: string): Identity {
	const identity = hub.identities.find((one) => idOf(one) === id);
	if (identity === undefined) throw new Refused(serviceError("DeviceNotFound", `${id} is not registered`));
	return identity;
}

const described = (hub: Hub, identity: Identity) => ({
	deviceId: identity.device,
	...(identity.module !== undefined && { moduleId: identity.module }),
	status: identity.isEnabled ? "enabled" : "disabled",
	connectionState: hub.isConnected(idOf(identity)) ? "Connected" : "Disconnected",
	cloudToDeviceMessageCount: hub.waiting(idOf(identity)),
	authentication: authenticationText(identity.authentication),
});

function authenticationText(authentication: Authentication) {
	const { type } = authentication;
	if (type === "sas") {
		const { primaryKey, secondaryKey } = authentication;
		return { type, symmetricKey: { primaryKey, secondaryKey } };
	}
	if (type === "certificateAuthority") return { type };
	const { primaryThumbprint, secondaryThumbprint = null } = authentication;
	return { type, x509Thumbprint: { primaryThumbprint, secondaryThumbprint } };
}

const newKeys = (): Authentication => ({ type: "sas", primaryKey: newKey(), secondaryKey: newKey() });

/** @throws Refused if it is there and no kind that a hub has */
function authenticationOf(value: JsonObject[string] | undefined): Authentication | undefined {
	if (value === undefined || value === null) return undefined;
	if (!isObject(value)) throw badRequest("authentication must be an object");
	const { type = "sas" } = value;
	if (type === "certificateAuthority") return { type };
	if (type === "selfSigned") {
		const [primaryThumbprint, secondaryThumbprint] = textsOf(value.x509Thumbprint, [
			"primaryThumbprint",
			"secondaryThumbprint",
		]);
		if (primaryThumbprint === undefined) throw badRequest("x509Thumbprint must have a primaryThumbprint");
		return { type, primaryThumbprint, ...(secondaryThumbprint !== undefined && { secondaryThumbprint }) };
	}
	if (type !== "sas") throw badRequest("authentication.type must be sas, selfSigned or certificateAuthority");
	const [primaryKey, secondaryKey] = textsOf(value.symmetricKey, ["primaryKey", "secondaryKey"]);
	if (primaryKey === undefined && secondaryKey === undefined) return undefined;
	if (![primaryKey, secondaryKey].every((key) => key !== undefined && BASE64.test(key)))
		throw badRequest("symmetricKey must have a primaryKey and a secondaryKey in base64");
	return { type, primaryKey: primaryKey as string, secondaryKey: secondaryKey as string };
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The texts of an object by name; undefined for what is none. */
const textsOf = (value: JsonObject[string] | undefined, names: readonly string[]): (string | undefined)[] =>
	names.map((name) => {
		const text = isObject(value) ? value[name] : undefined;
		return typeof text === "string" && text !== "" ? text : undefined;
	});
