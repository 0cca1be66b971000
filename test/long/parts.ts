/** A part of the long lane. */
export interface Part {
	readonly name: string;
	readonly what: string;
	/** The program's words behind `node`, for an extent: 1 is the whole part. */
	readonly words: (extent: number) => readonly string[];
	/** Lines at the end of standard output that are its figures. */
	readonly figures: number;
}

const TSX = ["--import", "tsx"];
const NIGHTLIGHT = "host-sim/cli/nightlight.js";

/** A share of an amount, as an option's value: at least `least`. */
const share = (amount: number, extent: number, least = 1): string =>
	`${Math.max(least, Math.round(amount * extent))}`;

/** The words of a soak (test/soak); the troubles are a share as well. */
const soak = (extent: number, readings: number): readonly string[] => [
	...[...TSX, "test/soak/main.ts", "--messages", share(readings, extent, 1000)],
	...["--kills", `${Math.min(1, Math.max(0.02, extent))}`],
];

/** A test of the usual lanes, and the variable that says for how long: its file, a part of its name, the variable. */
type Longer = readonly [file: string, name: string, variable: string];
const RENEWAL: Longer = [
	"test/e2e/azure-iot-hub.test.ts",
	"when the token is renewed",
	"NIGHTLIGHT_RENEWAL_SECONDS",
];
const RADIO_AT_BROKER: Longer = ["test/e2e/radio-troubles", "the ARM image, for", "NIGHTLIGHT_RADIO_SECONDS"];
const IMAGE_AT_BROKER: Longer = [
	"test/e2e/radio-troubles",
	"the flashable image, for",
	"NIGHTLIGHT_RADIO_SECONDS",
];
const RADIO_GROWTH: Longer = [
	"test/host-sim/engines/radio.test.ts",
	"virtual minutes",
	"NIGHTLIGHT_RADIO_MINUTES",
];

const longer = (test: Longer, amount: string): readonly string[] => [
	...[...TSX, "test/long/longer-test.ts"],
	...[...test, amount],
];

/** All parts, in the order in which they run: what finds most comes first. */
export const PARTS: readonly Part[] = [
	{
		name: "seeds",
		what: "20,000 worlds of an hour",
		words: (extent) => [NIGHTLIGHT, "simulate", "--seeds", share(20_000, extent, 2), "--keep-going"],
		figures: 2,
	},
	{
		name: "days",
		what: "100 worlds of a day and ten devices",
		words: (extent) => [
			...[NIGHTLIGHT, "simulate", "--seed", "1000000", "--seeds", share(100, extent, 2), "--keep-going"],
			...["--hours", share(24, Math.min(1, extent * 10)), "--devices", "10"],
		],
		figures: 2,
	},
	{
		name: "stadium",
		what: "2,000 stadiums of twenty seats that vote, for six minutes",
		words: (extent) => [
			...[NIGHTLIGHT, "simulate", "--profile", "stadium", "--hours", "0.1"],
			...["--seeds", share(2000, extent, 2), "--keep-going"],
		],
		figures: 2,
	},
	{
		name: "azure-iot-hub",
		what: "2,000 worlds of an hour at an Azure IoT Hub",
		words: (extent) => [
			...[NIGHTLIGHT, "simulate", "--profile", "azure-iot-hub"],
			...["--seeds", share(2000, extent, 2), "--keep-going"],
		],
		figures: 2,
	},
	{
		name: "azure-renewal",
		what: "a device at the hub whose token is renewed each 5 s, for 5 minutes",
		words: (extent) => longer(RENEWAL, share(300, extent, 10)),
		figures: 6,
	},
	{
		name: "radio",
		what: "100,000 Wi-Fi chips that fail, below the firmware's radio",
		words: (extent) => [...TSX, "test/long/radio.ts", share(100_000, extent, 10)],
		figures: 1,
	},
	{
		name: "radio-broker",
		what: "the ARM image at Mosquitto and the server through a radio that fails, for 3 minutes",
		words: (extent) => longer(RADIO_AT_BROKER, share(180, extent, 5)),
		figures: 12,
	},
	{
		name: "radio-growth",
		what: "the ARM image on a radio that fails, for 30 virtual minutes",
		words: (extent) => longer(RADIO_GROWTH, share(30, extent)),
		figures: 12,
	},
	{
		name: "image",
		what: "the flashable image of the Wio Terminal in emulation, over 500 failures of its radio",
		words: (extent) => [...TSX, "test/long/image.ts", share(500, extent)],
		figures: 1,
	},
	{
		name: "image-broker",
		what: "the flashable image at Mosquitto and the server through a radio that fails, for 3 minutes",
		words: (extent) => longer(IMAGE_AT_BROKER, share(180, extent, 5)),
		figures: 12,
	},
	{
		name: "aedes",
		what: "2,000 worlds of an hour on Aedes",
		words: (extent) => [...TSX, "test/simulation/aedes/main.ts", "--seeds", share(2000, extent, 2)],
		figures: 4,
	},
	{
		name: "differential",
		what: "2,000 scripts on Mosquitto and on the model broker",
		words: (extent) => [
			...[...TSX, "test/host-sim/simulation/broker/differential/main.ts"],
			share(2000, extent, 2),
		],
		figures: 6,
	},
	{
		name: "cycles",
		what: "10,000 connections that are cut",
		words: (extent) => ["--expose-gc", ...TSX, "test/long/cycles.ts", share(10_000, extent, 20)],
		figures: 4,
	},
	{
		name: "soak",
		what: "broker, server and device for an hour",
		words: (extent) => [...TSX, "test/long/soak.ts", `${Math.max(0.2, 60 * extent)}`],
		figures: 4,
	},
	{
		name: "delivery",
		what: "1,000,000 readings while everything is killed, answered by the server",
		words: (extent) => soak(extent, 1_000_000),
		figures: 11,
	},
	{
		name: "delivery-broker",
		what: "200,000 readings while Mosquitto is ended in order, answered by it",
		words: (extent) => [...soak(extent, 200_000), "--delivery", "broker", "--no-peers"],
		figures: 11,
	},
	{
		name: "tears",
		what: "readings kept on the ARM image, each change of its flash memory torn 5 times",
		words: (extent) => [...TSX, "test/e2e/tears/main.ts", share(5, extent)],
		figures: 3,
	},
	{
		name: "growth",
		what: "10,000 cycles of the ARM image, and the budgets",
		words: (extent) => [
			...[...TSX, "test/budgets/show.ts", "--cycles"],
			`${10 * Number(share(1000, extent))}`,
		],
		figures: 40,
	},
	{
		name: "fuzzing",
		what: "10,000,000 inputs of all parsers",
		words: (extent) => [...TSX, "test/fuzz/main.ts", "--inputs", share(10_000_000, extent, 1000)],
		figures: 20,
	},
	{
		name: "planted",
		what: "each planted mistake, and the table of them",
		words: (extent) => [...TSX, "test/simulation/planted/main.ts", ...(extent < 1 ? ["1"] : [])],
		figures: 60,
	},
	{
		name: "mutation",
		what: "each mutant of the MQTT client",
		words: (extent) => [
			...[...TSX, "test/mutation/main.ts"],
			...(extent < 1 ? ["firmware/mqtt/topic.ts"] : []),
		],
		figures: 30,
	},
];
