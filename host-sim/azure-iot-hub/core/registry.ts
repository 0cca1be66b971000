import { byteLength } from "./json.js";

/** How an identity proves who it is. */
export type Authentication =
	/** Tokens signed with either key, in base64. */
	| { readonly type: "sas"; readonly primaryKey: string; readonly secondaryKey: string }
	/** A certificate with either thumbprint: SHA-1 or SHA-256 of its DER form, in hexadecimal. */
	| {
			readonly type: "selfSigned";
			readonly primaryThumbprint: string;
			readonly secondaryThumbprint?: string;
	  }
	/** A certificate signed by the hub's CA whose common name is the device's id. */
	| { readonly type: "certificateAuthority" };

/** A device, or a module of one. */
export interface Identity {
	readonly device: string;
	readonly module?: string;
	readonly authentication: Authentication;
	readonly isEnabled: boolean;
}

/** What a policy may be used for. */
export type Right = "DeviceConnect" | "ServiceConnect" | "RegistryWrite";

/** A shared access policy of the hub: a key with rights. */
export interface Policy {
	readonly name: string;
	/** Base64. */
	readonly key: string;
	readonly rights: readonly Right[];
}

/** 1 to 128 of these characters; they are case-sensitive. */
const ID = /^[A-Za-z0-9\-:.+%_#*?!(),=@;$']{1,128}$/;

/** Whether a text can be the id of a device or a module. */
export const isDeviceId = (text: string): boolean => ID.test(text) && byteLength(text) <= 128;

/** The client id: `dev1`, of a module `dev1/mod1`. It names an identity everywhere in the hub. */
export const idOf = ({ device, module }: { readonly device: string; readonly module?: string }): string =>
	module === undefined ? device : `${device}/${module}`;

/** Who may connect. */
export class Registry {
	readonly #identities = new Map<string, Identity>();

	/**
	 * Adds an identity, or replaces the one with its name.
	 * @throws RangeError for an id that none can have, or a module of an unknown device
	 */
	set(identity: Identity): void {
		const { device, module } = identity;
		if (!isDeviceId(device)) throw new RangeError(`a device id of ${JSON.stringify(device)}`);
		if (module !== undefined && !isDeviceId(module))
			throw new RangeError(`a module id of ${JSON.stringify(module)}`);
		if (module !== undefined && !this.#identities.has(device))
			throw new RangeError(`module ${module}: there is no device ${device}`);
		this.#identities.set(idOf(identity), identity);
	}

	get(id: string): Identity | undefined {
		return this.#identities.get(id);
	}

	/** All, in the order in which they were added. */
	list(): readonly Identity[] {
		return [...this.#identities.values()];
	}

	/** Removes an identity, with its modules. Returns the ids that are gone. */
	remove(id: string): readonly string[] {
		const gone = [...this.#identities.keys()].filter((each) => each === id || each.startsWith(`${id}/`));
		for (const each of gone) this.#identities.delete(each);
		return gone;
	}
}
