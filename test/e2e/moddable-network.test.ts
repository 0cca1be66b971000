import { beforeEach, describe, expect, it } from "vitest";
import { createTCP } from "../../firmware/boards/moddable/tcp.js";
import { WiFiNetwork } from "../../firmware/boards/network/network.js";
import { createResolver } from "../../firmware/boards/network/resolver.js";
import type { WiFi } from "../../firmware/ecma-419.js";

/** The SDK's Wi-Fi interface as an ESP32 has it: `become` is what the radio does. */
class FakeWiFi implements WiFi {
	static last: FakeWiFi;
	connection = 200;
	readonly address = "10.0.0.7";
	readonly calls: unknown[] = [];
	refusal: string | undefined;
	readonly #onChanged: () => void;

	constructor({ onChanged }: { onChanged: () => void }) {
		this.#onChanged = onChanged;
		FakeWiFi.last = this;
	}

	connect(options: unknown): void {
		if (this.refusal !== undefined) throw new Error(this.refusal);
		this.calls.push(options);
		this.connection = 300;
	}

	disconnect(): void {
		this.calls.push("disconnect");
		this.connection = 200;
	}

	become(...connections: number[]): void {
		for (const connection of connections) {
			this.connection = connection;
			this.#onChanged();
		}
	}
}

class FakeTimer {
	#callbacks = new Map<number, { callback: () => void; delay: number }>();
	#last = 0;
	set(callback: () => void, delay: number): number {
		this.#callbacks.set(++this.#last, { callback, delay });
		return this.#last;
	}
	repeat = this.set;
	clear(id: unknown): void {
		this.#callbacks.delete(id as number);
	}
	get delays(): number[] {
		return [...this.#callbacks.values()].map(({ delay }) => delay);
	}
	run(): void {
		for (const [id, { callback }] of [...this.#callbacks]) {
			this.#callbacks.delete(id);
			callback();
		}
	}
}

describe("the Wi-Fi network of a board", () => {
	const CANNOT = 'cannot join Wi-Fi "home": out of reach, wrong name or wrong password';
	let timer: FakeTimer;
	let log: string[];
	let network: WiFiNetwork;
	let wifi: FakeWiFi;
	const want = () => network.whenUp((error) => log.push(error?.message ?? "ready"));

	beforeEach(() => {
		timer = new FakeTimer();
		log = [];
		network = new WiFiNetwork({
			io: FakeWiFi,
			ssid: "home",
			password: "secret",
			timeout: 9000,
			timer,
			report: ({ state, ssid, address, reason }) =>
				void log.push(`${state}: ${address ?? reason ?? `"${ssid}"`}`),
		});
		wifi = FakeWiFi.last;
	});

	it("joins when someone wants it, once for all who do", () => {
		expect(wifi.calls).toEqual([]);
		want();
		want();
		expect(wifi.calls).toEqual([{ SSID: "home", password: "secret" }]);
		wifi.become(400, 500);
		expect(log).toEqual(['joining: "home"', "up: 10.0.0.7", "ready", "ready"]);
		want();
		expect(log.at(-1)).toBe("ready");
		expect(timer.delays).toEqual([]);
	});

	it.each([
		["the access point refuses", () => wifi.become(200), CANNOT],
		["nobody answers in time", () => timer.run(), CANNOT],
		[
			"there is no address in time",
			() => {
				wifi.become(400);
				timer.run();
			},
			'no address from Wi-Fi "home"',
		],
	])("tells why when %s, and tries again when it is wanted again", (_, happen, reason) => {
		want();
		expect(timer.delays).toEqual([9000]);
		happen();
		expect(log.slice(1)).toEqual([`down: ${reason}`, reason]);
		expect(timer.delays).toEqual([]);
		// What the radio says of the try that is over changes nothing.
		wifi.become(200);
		want();
		wifi.become(400, 500);
		expect(log.at(-1)).toBe("ready");
	});

	it("tells later when the radio refuses at once", () => {
		wifi.refusal = "no radio";
		want();
		expect(log).toEqual(['joining: "home"']);
		timer.run();
		expect(log.at(-1)).toBe("Error: no radio");
	});

	it("fails the sockets when it is lost, and joins again when it is wanted again", () => {
		class Socket {
			closed = 0;
			readonly target: unknown;
			constructor({ target }: { target?: unknown }) {
				this.target = target;
			}
			read = () => undefined;
			write = () => undefined;
			close(): void {
				this.closed++;
			}
		}
		const TCP = createTCP(Socket, network);
		const errors: (string | undefined)[] = [];
		const open = () =>
			new TCP({ address: "10.0.0.1", port: 1883, onError: (error) => errors.push(error?.message) });
		want();
		wifi.become(400, 500);
		open();
		open().close();
		wifi.become(200);
		expect(errors).toEqual(['Wi-Fi "home" was lost']);
		want();
		wifi.become(400, 500);
		wifi.become(400);
		expect(errors).toHaveLength(1);
		expect(log.at(-1)).toBe('down: Wi-Fi "home" was lost');
	});

	it("has a name looked up only when there is an address", () => {
		const asked: string[] = [];
		const answers: unknown[] = [];
		const Resolver = createResolver(
			{
				resolve: (host, callback) => {
					asked.push(host);
					callback(host, host === "nowhere" ? undefined : "10.0.0.1");
				},
			},
			network,
		);
		const resolver = new Resolver({ io: Resolver });
		const resolve = (host: string) =>
			resolver.resolve({ host }, (error, address) => answers.push(error?.message ?? address));
		resolve("broker");
		expect(asked).toEqual([]);
		wifi.become(200);
		expect(answers).toEqual([CANNOT]);
		resolve("broker");
		wifi.become(400, 500);
		resolve("nowhere");
		resolve("localhost");
		expect(asked).toEqual(["broker", "nowhere", "127.0.0.1"]);
		expect(answers.slice(1)).toEqual(["10.0.0.1", "cannot resolve nowhere", "10.0.0.1"]);
		resolver.close();
		resolve("broker");
		expect(answers).toHaveLength(4);
	});
});
