import type { Config } from "../../firmware/config.js";
import type { Broker } from "../broker/broker.js";
import { accessLogins, type Logins } from "./access-logins.js";
import { checkHubOptions, checkRecording, isAzure } from "./azure.js";
import { openDatabase } from "./database.js";
import { tellExpiry } from "./expiry.js";
import { usage } from "./failure.js";
import { devicesOf, runFleet } from "./fleet.js";
import { later, openInputs } from "./inputs.js";
import type { Lifecycle, Running } from "./lifecycle.js";
import { isLive } from "./live.js";
import { lively, makeMovable } from "./movable.js";
import type { ListenOptions, UpOptions } from "./options.js";
import { Output } from "./output.js";
import { checkOutputs } from "./output-files.js";
import type { Page } from "./page.js";
import { pagePlaceOf } from "./page-place.js";
import { readRadio } from "./radio.js";
import { deviceRecorder } from "./record.js";
import { openRuleFile } from "./rule-file.js";
import { renewOnSignal, runBroker, withUsage } from "./run-broker.js";
import { type Means, runDevice } from "./run-device.js";
import { checkTopics, runServer } from "./run-server.js";
import { inputFilesOf, readSettings, type Settings } from "./settings.js";

/**
 * Runs broker, server, devices and page until the end; of an Azure IoT Hub a device and the page, as the hub is broker
 * and server. What is wrong with options and files is said before anything is started.
 * @param given the options that the command line gives, as they are written
 * @throws Failure
 */
export async function runUp(
	options: UpOptions,
	given: readonly string[],
	lifecycle: Lifecycle,
): Promise<void> {
	const { json = false, devices: count } = options;
	const output = new Output({ json, prefixed: true, devices: count, live: isLive(options) });
	const log = (line: string) => output.log(line);
	const read = readSettings(options, log);
	const isHub = isAzure(read.config);
	if (isHub) checkHubOptions(given);
	// A hub has no rule: what the device has as its own is what its messages tell of.
	const threshold = isHub ? read.config.fallback.threshold : options.threshold;
	const settings = options.page ? { ...read, config: lively(read.config, threshold) } : read;
	const { config, namesBroker } = settings;
	const configs = devicesOf(settings, count);
	const id = count === 1 ? config.id : configs.map((own) => own.id);
	if (!isHub) checkTopics(settings, id);
	checkRecording(options, config);
	const hasRadio = readRadio(options, config);
	checkOutputs([{ name: "--screen", file: options.screen }], inputFilesOf(options, settings), options.force);
	const inputs = openInputs(options, config.telemetry.sensors, output);
	checkOptions(options, namesBroker);
	const logins = loginsOf(
		options,
		configs.map((own) => own.id),
	);
	const { certificates } = logins?.server(settings) ?? settings;
	tellExpiry(certificates, (event) => output.event({ source: "server", ...event }));
	for (const own of logins === undefined ? [] : configs)
		tellExpiry({ cert: logins?.device(own).certificates.cert }, (event) =>
			output.event({ source: "device", ...event, device: own.id }),
		);
	const place = pagePlaceOf(options);
	const inputFiles = [...inputFilesOf(options, settings), { name: "--database", file: options.database }];
	const recorder = deviceRecorder(options, inputFiles, (line) => {
		log(line);
		lifecycle.fail();
	});
	const rules = await openRuleFile(options, id);
	const store = await openDatabase(options);
	const broker = namesBroker ? undefined : await runBroker(listenOptions(options), output, config.id);
	if (broker !== undefined && options.access !== undefined) renewOnSignal(broker, options.access, output);
	const reached = broker === undefined ? settings : { ...settings, config: at(broker, config) };
	const subject = { settings: reached, id, broker, isSimulated: true, isHub };
	const page =
		place && (await (await import("./page.js")).Page.start({ ...subject, place }, options, output));
	const start = deviceStarter(
		options,
		reached,
		{ hasRadio, screen: options.screen, inputs, recorder, page, logins },
		output,
	);
	// The page knows of the devices before the server begins.
	const starts = configs.map((own, index) => start(own.id, shareOf(index, configs.length)));
	const server = isHub
		? undefined
		: runServer(logins?.server(reached) ?? reached, id, options, { output, store, rules, shown: page });
	const devices = runFleet(starts, config.telemetry.interval);
	await lifecycle.toTheEnd(
		together({ ...devices, failed: eitherFails(devices, server) }, [
			...[page, devices, server, broker],
			{ stop: async () => output.end() },
		]),
		options.duration,
	);
}

/** Makes devices ready at this broker, on which a share of the first day is over; what it returns starts one. */
function deviceStarter(
	options: UpOptions,
	{ config, certificates }: Settings,
	{
		inputs,
		page,
		logins,
		...rest
	}: Pick<Means, "hasRadio" | "screen" | "inputs" | "recorder"> & {
		page: Page | undefined;
		logins: Logins | undefined;
	},
	output: Output,
): (id: string, share: number) => () => Running {
	const { engine } = options;
	return (id, share) => {
		const login = logins?.device({ ...config, id }) ?? { config: { ...config, id }, certificates };
		const own = login.config;
		const measured = later(inputs, share);
		const moved = page && makeMovable(measured, options, own);
		const shown = moved && page?.show(own, engine, moved.movable);
		const means: Means = { engine, ...rest, inputs: moved?.inputs ?? measured, shown };
		return () => runDevice(login, means, output);
	};
}

/** Devices among which each time of day is found, however many there are: as many as fill a screen. */
const DAY_OF_DEVICES = 24;

/** The share of its first day that is over for a device. */
const shareOf = (index: number, count: number): number => (index / Math.min(count, DAY_OF_DEVICES)) % 1;

/** The logins at a broker with access; `undefined` at any other. @throws Failure for a folder that cannot be used */
const loginsOf = ({ access, host = "127.0.0.1" }: UpOptions, devices: readonly string[]) =>
	access === undefined ? undefined : withUsage(access, () => accessLogins(access, devices, localOf(host)));

/** By which address this machine reaches what listens on one. */
const localOf = (host: string): string =>
	host === "0.0.0.0" || host === "localhost" ? "127.0.0.1" : host === "::" ? "::1" : host;

/** What ends when the devices do, and stops one after the other. */
const together = (
	{ hasWorked, started, failed }: Running,
	parts: readonly ({ stop(): Promise<void> } | undefined)[],
): Running => ({
	...{ hasWorked, started, failed },
	stop: async () => {
		for (const part of parts) await part?.stop();
	},
});

/** Rejects when one of them cannot go on. */
const eitherFails = (...parts: readonly (Running | undefined)[]): Promise<never> =>
	Promise.race(parts.flatMap((part) => part?.failed ?? []));

/** @throws Failure for an option that goes with another one than is given */
function checkOptions({ host, port, wsPort, users, access }: UpOptions, namesBroker: boolean): void {
	if (namesBroker && (host ?? port ?? wsPort ?? users ?? access) !== undefined)
		throw usage(
			"--host, --port, --ws-port, --users and --access are for a broker of its own, but another one is named",
		);
}

/** What of the options is the broker's: --ca, --cert and --key are for its clients. */
const listenOptions = ({ host, port, wsPort, users, access, maxPacket }: ListenOptions): ListenOptions => ({
	...(host !== undefined && { host }),
	...(port !== undefined && { port }),
	...(wsPort !== undefined && { wsPort }),
	...(users !== undefined && { users }),
	...(access !== undefined && { access }),
	maxPacket,
});

/** The configuration of a device at this broker. */
const at = ({ url }: Broker, config: Config): Config => {
	const { protocol: scheme, hostname, port } = new URL(url);
	const protocol = scheme.slice(0, -1) as Config["broker"]["protocol"];
	const host = hostname.replace(/^\[(.*)\]$/, "$1");
	return { ...config, broker: { ...config.broker, protocol, host, port: Number(port) } };
};
