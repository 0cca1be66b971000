import { join } from "node:path";
import { startNightlight } from "../../firmware/app.js";
import { withRadio } from "../../firmware/boards/wio-terminal/with-radio.js";
import type { Config } from "../../firmware/config.js";
import type { Host } from "../../firmware/host.js";
import { EngineError } from "../engines/failure.js";
import { fileNameOf } from "../io/file-name.js";
import type { Wire } from "../io/tapped.js";
import { createHost, type Input } from "../provider.js";
import type { RecordedDevice, Recorder } from "../recording/recorder.js";
import { Life } from "../trouble/life.js";
import type { Trouble } from "../trouble/trouble.js";
import { InputError } from "../world/errors.js";
import type { Source } from "../world/source.js";
import { tlsOptionsOf } from "./certificates.js";
import { ExitCode, Failure, usage } from "./failure.js";
import { STATE_FOLDER } from "./identity.js";
import type { Inputs } from "./inputs.js";
import type { Running } from "./lifecycle.js";
import type { Engine } from "./options.js";
import type { Output } from "./output.js";
import { type Device, type Powered, switched } from "./power.js";
import { accessPointOf, onRadio } from "./radio.js";
import type { Settings } from "./settings.js";

/** Where devices keep what outlives them: a folder each. */
const STORAGE = join(STATE_FOLDER, "devices");

/** What a device runs with. */
export interface Means {
	readonly engine: Engine;
	/** Whether its network is that of a simulated radio. */
	readonly hasRadio: boolean;
	/** The PNG file that has what an emulated board's screen shows. */
	readonly screen?: string | undefined;
	/** What its sensors measure. */
	readonly inputs: Inputs;
	/** Records what crosses between the firmware and its host, if that is wanted. */
	readonly recorder: Recorder | undefined;
	/** What the page looks at, if there is one. */
	readonly shown?: Shown | undefined;
}

/** What of a device the page looks at. */
interface Shown {
	/** Tells how the time of the sources is read: milliseconds since the device started. */
	begin(elapsed: () => number): void;
	/** Called for each connection to a broker: hears the bytes of MQTT that go over it. */
	readonly tap: () => Wire;
	/** What a person switches on and off. */
	readonly trouble: Trouble;
	/** Begins the time in which the device has power. */
	readonly life: () => Life;
}

/** Starts one simulated device. */
export function runDevice(
	{ config, certificates }: Pick<Settings, "config" | "certificates">,
	{ engine, hasRadio, screen, inputs, recorder, shown }: Means,
	output: Output,
): Running {
	// Getting an engine may take its time, in which the sources stand still.
	let start: number | undefined;
	const elapsed = () => (start === undefined ? 0 : performance.now() - start);
	const inputOf = ({ name, minimum, maximum }: Config["telemetry"]["sensors"][number]): Input => ({
		...{ minimum, maximum },
		read: () => (inputs.get(name) as Source).read(elapsed()),
	});
	shown?.begin(elapsed);
	let wasOnline = false;
	let isSubscribed = true;
	// An id of 64 characters always makes a file name.
	const storage = join(STORAGE, fileNameOf(config.id) as string);
	const trouble = shown?.trouble;
	const switchOn = (restart: () => void): Powered => {
		const life = shown?.life() ?? new Life();
		const own = createHost({
			inputs: Object.fromEntries(config.telemetry.sensors.map((sensor) => [sensor.pin, inputOf(sensor)])),
			storage,
			onStorageWorks: () => output.log(`Storage works again: ${storage}`),
			tls: tlsOptionsOf(certificates),
			tap: shown?.tap,
			life,
			restart: () => {
				output.event({ source: "device", event: "restart", device: config.id });
				restart();
			},
			report: (event) => {
				start ??= performance.now();
				if (event.event === "link" && event.state === "online") wasOnline = isSubscribed = true;
				if (event.event === "refused" && event.code === "subscription-refused") isSubscribed = false;
				output.event({ source: "device", ...event, device: config.id });
			},
		});
		const host = hasRadio && engine !== "wio" ? onRadio(own, config, life) : own;
		const seam = recorder?.device(host, config) ?? unrecorded(host);
		const device = startEngine(engine, seam, config, { output, screen });
		return {
			...device,
			cut: () => {
				seam.powerOff();
				life.end();
				device.cut();
			},
		};
	};
	const begin = () => switched(trouble, switchOn);
	const awaited = [...inputs.values()].flatMap(({ first }) => first ?? []);
	const device = awaited.length === 0 ? begin() : startLater(Promise.all(awaited), begin, output);
	return {
		hasWorked: () => wasOnline && isSubscribed,
		started: device.started,
		failed: device.failed,
		stop: () => {
			for (const input of inputs.values()) input.stop();
			return device.stop();
		},
	};
}

/** Milliseconds after which it is said that there is no number yet. */
const SILENCE = 1000;

/**
 * Starts a device once each of its sensors has something to measure: before, it would report what nobody
 * measured. A standard input that ends without a number ends it.
 */
function startLater(first: Promise<unknown>, start: () => Device, output: Output): Device {
	let device: Device | undefined;
	let isStopped = false;
	const silence = setTimeout(() => output.log("Waiting for the first number on standard input"), SILENCE);
	const never = new Promise<never>(() => {});
	const begin = () => {
		clearTimeout(silence);
		if (!isStopped) device = start();
		return device?.failed ?? never;
	};
	return {
		failed: first.then(begin, (error) => {
			throw error instanceof InputError ? usage(error.message) : error;
		}),
		stop: async () => {
			isStopped = true;
			clearTimeout(silence);
			await device?.stop();
		},
	};
}

/** Where the firmware meets its host: it is started and stopped there. */
type Seam = Pick<RecordedDevice, "start" | "stop" | "powerOff" | "threw">;

const unrecorded = (host: Host): Seam => ({
	start: (run) => run(host),
	stop: (run, done) => run(done),
	powerOff: () => {},
	threw: () => {},
});

function startEngine(
	engine: Engine,
	seam: Seam,
	config: Config,
	{ output, screen }: { output: Output; screen: string | undefined },
): Powered {
	switch (engine) {
		case "node": {
			const stop = seam.start((host) => startNightlight(withNetwork(host, config), config));
			// What it runs on ends by itself.
			return { stop: () => new Promise((resolve) => seam.stop(stop, resolve)), cut: () => {} };
		}
		case "xs":
			return startElsewhere("XS", seam, output, async (options) => {
				const { startOnXs } = await import("../engines/xs/engine.js");
				return seam.start((host) => startOnXs(host, config, options));
			});
		case "arm":
			return startElsewhere("the ARM image", seam, output, async (options) => {
				const { startOnArm } = await import("../engines/arm/engine.js");
				return seam.start((host) => startOnArm(host, config, options));
			});
		case "wio":
			return startElsewhere("the Wio Terminal", seam, output, async (options) => {
				const [{ startOnWio }, { pageOf }] = await Promise.all([
					import("../engines/wio/engine.js"),
					import("./run-pack.js"),
				]);
				const accessPoint = accessPointOf(config);
				const page = pageOf({ ...config, wifi: { ...config.wifi, ssid: accessPoint.ssid } });
				return seam.start((host) => startOnWio(host, config, { ...options, accessPoint, page, screen }));
			});
	}
}

/** A host as the firmware gets it: through its radio, if it has one. */
function withNetwork(host: Host, config: Config): Host {
	const { Serial } = host.device.io;
	return Serial === undefined ? host : withRadio(host, Serial, config);
}

/** What a start in another engine is told, and what comes of it. */
type StartElsewhere = (options: {
	onFailure: (reason: string) => void;
	log: (line: string) => void;
}) => Promise<Elsewhere>;

/** A firmware in another engine. */
interface Elsewhere {
	stop(): Promise<void>;
	/** Ends the engine at once. */
	close(): void;
}

/** Starts the firmware in another engine, called `name`; it may first have to be compiled. */
function startElsewhere(name: string, seam: Seam, output: Output, start: StartElsewhere): Powered {
	let device: Elsewhere | undefined;
	let isCut = false;
	let started = () => {};
	const failed = new Promise<never>((_, reject) => {
		const onFailure = (reason: string) => {
			seam.threw(reason);
			reject(new Failure(ExitCode.FAILED, `the firmware has stopped on ${name}: ${reason}`));
		};
		start({ onFailure, log: (line) => output.log(line) }).then(
			(running) => {
				if (isCut) return running.close();
				device = running;
				started();
			},
			(error) => reject(error instanceof EngineError ? new Failure(ExitCode.FAILED, error.message) : error),
		);
	});
	return {
		started: new Promise<void>((resolve) => {
			started = resolve;
		}),
		failed,
		// What has not started yet has nothing to say, and goes with the process.
		stop: () =>
			new Promise((resolve, reject) => {
				if (device === undefined) return resolve();
				const { stop } = device;
				seam.stop((done) => void stop().then(done, reject), resolve);
			}),
		cut: () => {
			isCut = true;
			device?.close();
		},
	};
}
