import type { JsonObject, JsonValue } from "./json.js";
import type { Properties } from "./property-bag.js";

/** Why CONNECT was refused. */
export type RefusalCode =
	| "protocol-version-refused"
	| "client-id-refused"
	| "bad-user-name"
	| "unknown-hub"
	| "device-not-found"
	| "device-disabled"
	| "no-credentials"
	| "bad-token"
	| "token-expired"
	| "token-signature"
	| "token-resource"
	| "token-policy"
	| "certificate-refused"
	| "bad-will"
	| "fault";

/** Why a connection ended. */
export type EndCode =
	| "disconnect"
	| "connection-lost"
	| "replaced"
	| "token-expired"
	| "keep-alive-expired"
	| "no-connect"
	| "protocol-violation"
	| "packet-too-large"
	| "qos-2"
	| "topic-not-allowed"
	| "too-many-subscriptions"
	| "message-too-large"
	| "bad-properties"
	| "bad-method-response"
	| "throttled"
	| "device-disabled"
	| "kicked"
	| "hub-stopped";

/** How a client proved who it is. */
export type AuthenticationKind = "sas" | "sas-policy" | "x509-thumbprint" | "x509-ca";

/** The client that an event is about. */
export interface Who {
	readonly device: string;
	readonly module?: string;
}

/** A message to a device, or to an input of a module. */
type LetterEvent<Name extends string> = Who & { readonly event: Name; readonly messageId: string };

/** What a hub tells. Bodies are bytes of the event's own. */
export type HubEvent =
	| (Who & {
			readonly event: "connected";
			readonly clean: boolean;
			readonly authentication: AuthenticationKind;
			/** Seconds. */
			readonly keepAlive: number;
			readonly apiVersion?: string;
			readonly modelId?: string;
			/** When its token ends, in milliseconds since 1970. */
			readonly expires?: number;
	  })
	/** `client`: the id that CONNECT names, cut at 200 characters. */
	| {
			readonly event: "refused";
			readonly client: string;
			readonly code: RefusalCode;
			readonly reason: string;
			/** Of CONNACK; absent where the hub closes without one. */
			readonly returnCode?: number;
	  }
	/** A connection ended before its CONNECT. */
	| { readonly event: "dropped"; readonly code: EndCode; readonly reason: string }
	| (Who & {
			readonly event: "disconnected";
			readonly code: EndCode;
			readonly reason: string;
			/** Whether its will was sent. */
			readonly will: boolean;
	  })
	| (Who & { readonly event: "subscribed"; readonly filter: string; readonly qos: 0 | 1 })
	| (Who & { readonly event: "unsubscribed"; readonly filter: string })
	| (Who & {
			readonly event: "telemetry";
			readonly qos: 0 | 1;
			/** Whether DUP was set: the hub stores such a message once more. */
			readonly dup: boolean;
			readonly isWill: boolean;
			/** By Microsoft's names, such as `contentType`. */
			readonly system: Properties;
			readonly application: Properties;
			readonly body: Uint8Array;
	  })
	| LetterEvent<"c2d-queued">
	| LetterEvent<"c2d-sent">
	| LetterEvent<"c2d-completed">
	| LetterEvent<"c2d-expired">
	| (Who & { readonly event: "twin-read" })
	| (Who & { readonly event: "twin-reported"; readonly version: number; readonly patch: JsonObject })
	/** `pushed`: whether the client was there to get it. */
	| (Who & {
			readonly event: "twin-desired";
			readonly version: number;
			readonly patch: JsonObject;
			readonly pushed: boolean;
	  })
	| (Who & {
			readonly event: "twin-refused";
			readonly status: number;
			readonly code: TwinRefusalCode;
			readonly reason: string;
	  })
	| (Who & { readonly event: "method-called"; readonly method: string; readonly rid: string })
	| (Who & {
			readonly event: "method-answered";
			readonly method: string;
			readonly rid: string;
			readonly status: number;
			readonly payload: JsonValue;
	  })
	| (Who & { readonly event: "method-timeout"; readonly method: string; readonly rid: string })
	/** An answer to a method that nobody waits for. */
	| (Who & { readonly event: "method-unknown"; readonly rid: string })
	| (Who & { readonly event: "throttled"; readonly what: "telemetry" | "twin" });

/** Why a twin request was refused. */
export type TwinRefusalCode =
	| "no-api-version"
	| "not-json"
	| "not-an-object"
	| "too-deep"
	| "key-too-long"
	| "bad-key"
	| "string-too-long"
	| "section-too-large"
	| "throttled";
