/** A property of a message: those of the system have a `$.` before their name. A value of `undefined`: there is none. */
export type HubProperty = readonly [name: string, value: string | undefined];

/** What a topic of Azure IoT Hub says. */
export type HubTopic =
	| {
			readonly kind: "telemetry" | "cloud-to-device";
			/** The property bag, in its order. */
			readonly properties: readonly HubProperty[];
	  }
	| { readonly kind: "twin-get" | "twin-report"; readonly rid: string }
	| {
			readonly kind: "twin-answer";
			readonly status: number;
			readonly rid: string;
			/** Of the reported properties, in the answer to a change of them. */
			readonly version?: number;
	  }
	| { readonly kind: "twin-desired"; readonly version?: number }
	| { readonly kind: "method-call"; readonly name: string; readonly rid: string }
	| { readonly kind: "method-answer"; readonly status: number; readonly rid: string };

/** Where messages go and come: of a device, or of one of its modules. */
const MESSAGES =
	/^devices\/[^/]+\/(?:modules\/[^/]+\/)?(messages\/events|messages\/devicebound|inputs\/[^/]+)(?:\/(.*))?$/s;

/** All others: `$iothub/`, the words, a status or name, and the parameters behind `?`. */
const WORDS =
	/^\$iothub\/(methods\/POST|methods\/res|twin\/GET|twin\/res|twin\/PATCH\/properties\/(?:reported|desired))\/(?:([^/?]*)\/)?\??(.*)$/s;

/** What each filter of a device gets. */
const FILTERS: readonly (readonly [pattern: RegExp, words: string])[] = Object.freeze([
	[/^\$iothub\/twin\/res\/#$/, "answers about the twin"],
	[/^\$iothub\/twin\/PATCH\/properties\/desired\/#$/, "desired properties"],
	[/^\$iothub\/methods\/POST\/#$/, "direct methods"],
	[/^devices\/[^/]+\/messages\/devicebound\/#$/, "messages to the device"],
	[/^devices\/[^/]+\/modules\/[^/]+\/(inputs\/)?#$/, "messages to the module"],
]);

/** Reads a topic of Azure IoT Hub; `undefined` for another one. Never throws. */
export function readHubTopic(topic: string): HubTopic | undefined {
	const message = MESSAGES.exec(topic);
	if (message !== null) {
		const [, what, bag = ""] = message;
		const kind = what === "messages/events" ? "telemetry" : "cloud-to-device";
		return { kind, properties: readBag(bag) };
	}
	const [, what, middle = "", rest = ""] = WORDS.exec(topic) ?? [];
	const parameters = new Map(readBag(rest));
	const rid = parameters.get("$rid") ?? "";
	const version = numberOf(parameters.get("$version"));
	const versioned = version === undefined ? {} : { version };
	switch (what) {
		case "methods/POST":
			return { kind: "method-call", name: decoded(middle), rid };
		case "methods/res":
			return { kind: "method-answer", status: Number(middle), rid };
		case "twin/GET":
			return { kind: "twin-get", rid };
		case "twin/res":
			return { kind: "twin-answer", status: Number(middle), rid, ...versioned };
		case "twin/PATCH/properties/reported":
			return { kind: "twin-report", rid };
		case "twin/PATCH/properties/desired":
			return { kind: "twin-desired", ...versioned };
		default:
			return undefined;
	}
}

/** What a subscription is for, in words; the filter itself if the hub has no such. */
export const filterWords = (filter: string): string =>
	FILTERS.find(([pattern]) => pattern.test(filter))?.[1] ?? filter;

/** Pairs of a property bag, or of parameters, with their escapes undone. */
function readBag(text: string): readonly HubProperty[] {
	const bag = text.replace(/^\?/, "").replace(/\/$/, "");
	if (bag === "") return [];
	return bag.split("&").map((pair) => {
		const at = pair.indexOf("=");
		return at < 0 ? [decoded(pair), undefined] : [decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))];
	});
}

/** A text with its percent escapes undone; as it stands if they are no UTF-8. */
function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

const numberOf = (text: string | undefined): number | undefined =>
	text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
