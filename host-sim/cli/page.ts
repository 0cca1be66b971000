import { type Config, topicOf } from "../../firmware/config.js";
import { brokerUrl } from "../../server/broker-address.js";
import type { Server, ServerOptions as StartOptions } from "../../server/server.js";
import type { Broker } from "../broker/broker.js";
import { brokerDown } from "../trouble/broker-down.js";
import { Life } from "../trouble/life.js";
import type { Switch } from "../trouble/switch.js";
import { Trouble } from "../trouble/trouble.js";
import { Model } from "../web/model.js";
import { observe } from "../web/observe.js";
import { pageFiles } from "../web/page-files.js";
import { perform } from "../web/perform.js";
import { type Service, startService } from "../web/service.js";
import { isAzure } from "./azure.js";
import type { SourcedEvent } from "./events.js";
import { linkOptions } from "./link-options.js";
import type { Movable } from "./movable.js";
import type { Engine, PacketOptions, ServerOptions } from "./options.js";
import type { Output } from "./output.js";
import { guardOf, keyLine, type PagePlace, unserved, warn } from "./page-place.js";
import type { Settings } from "./settings.js";

/** What the page is for. */
export interface PageSubject {
	readonly settings: Pick<Settings, "config" | "certificates">;
	/** Those of the page's own connection, if they are others. */
	readonly login?: Pick<Settings, "config" | "certificates"> | undefined;
	/** Where it is served. */
	readonly place: PagePlace;
	/** The device's id, or those of several; `+`: all devices. */
	readonly id: string | readonly string[];
	/** The broker, if it runs in this process. */
	readonly broker?: Broker | undefined;
	/** Whether the devices are simulated in this process; else they are known by their messages only. */
	readonly isSimulated: boolean;
	/** Whether they are at an Azure IoT Hub, which is broker and server in one. */
	readonly isHub?: boolean;
}

type Options = ServerOptions & PacketOptions;

/** The page of a run of the command line: what it shows is fed by the run's events. */
export class Page {
	readonly model: Model;
	readonly #service: Service;
	readonly #output: Output;
	readonly #observer: { stop(): Promise<void> };
	/** Those that are to be online before the address is told, if no link fails before. */
	readonly #awaited: Set<string>;
	/** What the address is told with. */
	readonly #keyLine: string | undefined;
	/** Whether the address is told. */
	#isTold = false;
	#server: Server | undefined;
	/** Trouble that all devices have together: the broker's. */
	readonly #shared: readonly Switch[];
	readonly #devices = new Map<string, ReturnType<Model["simulate"]>>();

	/**
	 * Serves the page. Its address is told once server and simulated device are online, or a link has failed: the page
	 * shows why.
	 * @throws Failure when its address or port cannot be had
	 */
	static async start(subject: PageSubject, options: Options, output: Output): Promise<Page> {
		const { settings, id, place, isHub } = subject;
		const ownBroker = subject.broker !== undefined;
		const { threshold, hysteresis } = options;
		const { broker, topics } = settings.config;
		const model = new Model({
			...{ broker: brokerUrl(broker), ownBroker, isHub, rule: { threshold, hysteresis }, id },
			topics: { telemetry: topics.telemetry, commands: topics.commands },
			repeat: (device, led) => {
				const text = JSON.stringify({ led_on: led });
				// The server has just heard of the device, so it is there.
				perform({ act: "command", device, text }, model, page?.server);
			},
		});
		let page: Page | undefined;
		const files = pageFiles();
		// The browser hears of it.
		files.catch(() => {});
		const log = (line: string) => output.log(line);
		const service = await startService({
			...{ host: place.host, port: place.port, model, files, key: guardOf(place, log) },
			perform: (act) => perform(act, model, page?.server),
		}).catch((error) => {
			throw unserved(place, error);
		});
		if (place.key !== undefined) warn(service, log);
		page = new Page(model, service, subject, options, output);
		return page;
	}

	private constructor(
		model: Model,
		service: Service,
		{ settings, login = settings, place, id, isSimulated, isHub = false, broker }: PageSubject,
		options: Options,
		output: Output,
	) {
		this.model = model;
		this.#service = service;
		this.#output = output;
		this.#keyLine = keyLine(place.key);
		this.#shared =
			broker === undefined
				? []
				: [brokerDown(broker, (reason) => output.log(`The broker stays down: ${reason}`))];
		this.#awaited = new Set([...(isHub ? [] : ["server"]), ...(isSimulated ? [id].flat().map(nameOf) : [])]);
		this.#observer = isSimulated
			? { stop: async () => {} }
			: observe({
					link: linkOptions(login, "page", options),
					id: typeof id === "string" ? id : "+",
					topics: settings.config.topics,
					onStatus: (device, isOnline) => {
						model.status(device, isOnline);
						output.hear(device, { isOnline });
					},
					onState: (device, state) => {
						model.state(device, state);
						output.hear(device, { led: state.led });
					},
				});
		output.listen((event) => this.#take(event));
	}

	get server(): Server | undefined {
		return this.#server;
	}

	/** Hears the server's packets. */
	get onPacket(): StartOptions["onPacket"] {
		return (way, packet) => this.model.serverPacket(way, packet);
	}

	/** Takes the server that does what a person wants. */
	serve(server: Server): void {
		this.#server = server;
		this.model.serverIs(server.clientId, () => server.rules);
	}

	/** Shows a device that this process simulates, with a sensor that can be moved. */
	show(config: Config, engine: Engine, { sensor, source }: Movable) {
		const { id, mqtt, telemetry, topics, fallback } = config;
		const isHub = isAzure(config);
		const trouble = new Trouble(this.#shared);
		let elapsed = () => 0;
		const { minimum, maximum } = telemetry.sensors.find(({ name }) => name === sensor) ?? source.range;
		const device = this.model.simulate(
			id,
			{ minimum, maximum },
			{
				...{ engine, trouble },
				clientId: mqtt.clientId ?? `${id}nightlight_client`,
				alertBelow: isHub ? (telemetry.threshold ?? fallback.threshold) : undefined,
				stateTopic: isHub || topics.state === null ? undefined : topicOf(topics.state, id),
				sensor,
				measure: () => source.read(elapsed()),
				get source() {
					return sourceOf(source.name);
				},
				sources: [...source.names.map(sourceOf).filter((name) => name !== "other"), "hand"],
				setLight: (value) => source.set(value),
				choose: (name) => (name === "hand" ? source.hold(elapsed()) : void source.use(name)),
			},
		);
		this.#devices.set(id, device);
		return {
			...{ tap: device.tap, trouble, life: () => new Life(trouble) },
			begin: (clock: () => number) => {
				elapsed = clock;
			},
		};
	}

	/** Ends it; browsers hear of it. */
	async stop(): Promise<void> {
		this.model.stop();
		await Promise.all([this.#observer.stop(), this.#service.stop()]);
	}

	#take(event: SourcedEvent): void {
		// Of the files, not of what runs.
		if (event.event === "certificate") return;
		switch (event.source) {
			case "device":
				this.#devices.get(event.device)?.event(event);
				break;
			case "server":
				this.model.serverEvent(event);
				break;
			case "broker":
				this.model.brokerEvent(event);
		}
		if (event.event !== "link" || this.#isTold) return;
		const who = event.source === "device" ? nameOf(event.device) : event.source;
		if (event.state === "online") this.#awaited.delete(who);
		this.#isTold = this.#awaited.size === 0 || event.code !== undefined;
		if (this.#isTold) this.#output.page(this.#service.urls[0], this.#keyLine);
	}
}

/** A device among all parts. */
const nameOf = (device: string): string => `device ${device}`;

/** The name of a source as the page knows it; `undefined`: by hand. */
const sourceOf = (name: string | undefined) =>
	name === undefined ? "hand" : name === "day" || name === "csv" ? name : "other";
