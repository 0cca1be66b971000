import type { Around } from "./around.js";
import { who } from "./around.js";
import type { EndCode, Who } from "./events.js";
import { byteLength, type JsonValue } from "./json.js";
import { type Letter, Mailbox } from "./mailbox.js";
import { Calls, type MethodCall, type MethodOutcome } from "./methods.js";
import { type Bag, bagBytes, type Properties } from "./property-bag.js";
import { type Identity, idOf } from "./registry.js";
import { randomHex, type ServiceError, serviceError } from "./service-error.js";
import type { Session } from "./session.js";
import { desiredTopic, methodTopic, type Subject } from "./topics.js";
import { type Patched, Twin } from "./twin.js";

/** A message to send to a device. */
export interface CloudToDevice {
	readonly body: Uint8Array;
	/** By Microsoft's names. */
	readonly system?: Properties | undefined;
	readonly application?: Properties | undefined;
	/** Made up when absent. */
	readonly messageId?: string | undefined;
	/** Milliseconds for which it waits; the limits say how long without it. */
	readonly ttl?: number | undefined;
	/** The input of a module that it is for: what modules get in place of messages to devices. */
	readonly input?: string | undefined;
}

/** What became of a message. */
export type Sent =
	| { readonly ok: true; readonly messageId: string }
	| { readonly ok: false; readonly error: ServiceError };

/** A connection that can be ended. */
export interface Owner {
	end(end: { readonly code: EndCode; readonly reason: string }, withWill?: boolean): void;
}

/** The connection of a client that is there. */
export interface Online {
	isSubscribed(subject: Subject): boolean;
	/** Sends what waits in the mailbox and is not in flight. */
	deliver(): void;
	/** Sends a message with QoS 0. */
	publish(topic: string, payload: string): void;
}

/** What the hub keeps of one identity, connected or not. */
export class Endpoint {
	readonly identity: Identity;
	readonly twin: Twin;
	readonly mailbox: Mailbox;
	readonly calls: Calls;
	/** Of a client with clean=0. */
	session: Session | undefined;
	/** Whether a fault made the hub forget the session. */
	isForgotten = false;
	/** The newest connection of the client, its CONNACK perhaps still to come. */
	owner: Owner | undefined;
	/** The client, once CONNACK has left. */
	online: Online | undefined;
	readonly #around: Around;
	#lastRid = 0;

	constructor(identity: Identity, around: Around) {
		const { clock, limits, tell } = around;
		this.identity = identity;
		this.#around = around;
		this.twin = new Twin(limits);
		this.mailbox = new Mailbox(clock, limits, ({ messageId }) =>
			tell({ ...this.#who, event: "c2d-expired", messageId }),
		);
		this.calls = new Calls(clock);
	}

	/** Keeps a message for the client, and sends it if it can. */
	send({ body, system, application, messageId, ttl, input }: CloudToDevice): Sent {
		const { clock, limits, random, tell } = this.#around;
		const isModule = this.identity.module !== undefined;
		if (isModule !== (input !== undefined))
			return refused(
				"ArgumentInvalid",
				"a module gets messages at an input, a device without; name the input of a module",
			);
		const id = messageId ?? randomHex(random, 32);
		const bag: Bag = {
			system: { messageId: id, ...(!isModule && { to: this.#address }), ...system },
			application: application ?? {},
		};
		const bytes = body.length + bagBytes(bag);
		if (bytes > limits.cloudToDeviceBytes)
			return refused(
				"MessageTooLarge",
				`${bytes} bytes with properties; at most ${limits.cloudToDeviceBytes} are allowed`,
			);
		const letter: Letter = {
			messageId: id,
			bag,
			body: Uint8Array.from(body),
			expires: clock.date() + (ttl ?? limits.cloudToDeviceTtl),
			...(input !== undefined && { input }),
		};
		if (!this.mailbox.add(letter))
			return refused(
				"DeviceMaximumQueueDepthExceeded",
				`${limits.cloudToDeviceMessages} messages wait for ${this.identity.device}; no more may`,
			);
		tell({ ...this.#who, event: "c2d-queued", messageId: id });
		this.online?.deliver();
		return { ok: true, messageId: id };
	}

	/** Patches, or replaces, the desired properties, and pushes the change to a client that is there for it. */
	desire(patch: JsonValue | undefined, isWhole: boolean): Patched {
		const patched = isWhole ? this.twin.replace("desired", patch) : this.twin.patch("desired", patch);
		if (!patched.ok) return patched;
		const { version } = patched;
		const pushed = this.online?.isSubscribed("desired") === true;
		this.#around.tell({ ...this.#who, event: "twin-desired", version, patch: patched.patch, pushed });
		if (pushed)
			this.online?.publish(desiredTopic(version), JSON.stringify({ ...patched.patch, $version: version }));
		return patched;
	}

	/** Calls a direct method. @param done hears once what became of it, perhaps before this returns */
	invoke(call: MethodCall, done: (outcome: MethodOutcome) => void): void {
		const { limits } = this.#around;
		const body = call.payload === undefined ? "" : JSON.stringify(call.payload);
		if (byteLength(body) > limits.methodBytes)
			return done(refused("MessageTooLarge", `a body of more than ${limits.methodBytes} bytes`));
		const offline = refused(
			"DeviceNotOnline",
			`${this.identity.device} is not connected, or takes no methods`,
		);
		if (this.#call(call, body, done)) return;
		const { connectTimeout = 0 } = call;
		if (connectTimeout > 0)
			this.calls.wait(connectTimeout, () => this.#call(call, body, done), done, offline);
		else done(offline);
	}

	/** The identity was removed: ends its calls, and forgets its messages. */
	remove(): void {
		this.mailbox.clear();
		this.calls.end(serviceError("DeviceNotFound", `${idOf(this.identity)} was removed`));
	}

	#call(
		{ method, responseTimeout = this.#around.limits.methodTimeout }: MethodCall,
		body: string,
		done: (outcome: MethodOutcome) => void,
	): boolean {
		const { online } = this;
		if (online?.isSubscribed("methods") !== true) return false;
		const rid = (++this.#lastRid).toString(16);
		const { tell } = this.#around;
		this.calls.begin(rid, method, responseTimeout, done, () =>
			tell({ ...this.#who, event: "method-timeout", method, rid }),
		);
		tell({ ...this.#who, event: "method-called", method, rid });
		online.publish(methodTopic(method, rid), body);
		return true;
	}

	get #who(): Who {
		return who(this.identity);
	}

	get #address(): string {
		return `/devices/${this.identity.device}/messages/devicebound`;
	}
}

const refused = (...[code, reason]: Parameters<typeof serviceError>) => ({
	ok: false as const,
	error: serviceError(code, reason),
});
