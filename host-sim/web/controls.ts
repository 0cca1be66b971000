import type { Trouble } from "../trouble/trouble.js";
import type { SourceName } from "./protocol.js";

/** What this process knows of and can do to a device that it simulates. */
export interface Controls {
	readonly engine: "node" | "xs" | "arm" | "wio";
	/** At the broker. */
	readonly clientId: string;
	/** Of a device of an Azure IoT Hub: below this light its telemetry has an alert, until it reports another. */
	readonly alertBelow?: number | undefined;
	/** Where it says what its LED does, and who switched it; none: nowhere. */
	readonly stateTopic?: string | undefined;
	/** The name of the sensor whose readings are shown; if left out, it is found in the messages. */
	readonly sensor?: string | undefined;
	/** What the sensor measures now; a whole number. */
	measure(): number;
	readonly source: SourceName | "other";
	readonly sources: readonly SourceName[];
	/** What can go wrong here at a person's wish. */
	readonly trouble?: Trouble | undefined;
	/** Sets the light by hand. */
	setLight(value: number): void;
	/** Changes over to one of `sources`. */
	choose(source: SourceName): void;
}
