import { readFileSync } from "node:fs";
import { Nightlight } from "../support/nightlight.js";
import { median } from "./measure.js";
import { type Bench, type Figure, scaled } from "./report.js";

const DEVICES = 500;
const ROUNDS = 3;
/** Milliseconds: until all is calm, and of a measurement. */
const [CALM, WINDOW] = [4000, 15_000];
const PATIENCE = 60_000;
/** A share of a core. */
const WANTED = 0.3;

const after = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Seconds of processor that a program took so far, and the memory it has now, in MB: Linux tells. */
function usage({ child: { pid } }: Nightlight): { seconds: number; memory: number } {
	const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
	const [, kilobytes = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
	// proc(5): utime and stime are the fields 14 and 15, in hundredths of a second; the first one here is the third.
	return { seconds: (Number(fields[11]) + Number(fields[12])) / 100, memory: Number(kilobytes) / 1024 };
}

/** What programs take of a core in a window, in their order. */
async function shares(programs: readonly Nightlight[], effort: number): Promise<number[]> {
	const window = WINDOW * Math.min(1, Math.max(0.05, effort));
	await after(CALM * Math.min(1, effort));
	const [begin, before] = [performance.now(), programs.map(usage)];
	await after(window);
	const elapsed = (performance.now() - begin) / 1000;
	return programs.map((program, at) => (usage(program).seconds - (before[at]?.seconds ?? 0)) / elapsed);
}

/** Reads what a page is pushed, as a browser does, until the page ends. */
async function watch(url: string, query: string): Promise<void> {
	const { body } = await fetch(new URL(`/api/stream?${query}`, url));
	for await (const _ of body ?? []);
}

/** Runs programs, and ends them whatever comes. */
async function using<T>(act: (run: (...words: string[]) => Nightlight) => Promise<T>): Promise<T> {
	const programs: Nightlight[] = [];
	try {
		return await act((...words) => {
			const program = new Nightlight([...words, "--json"]);
			programs.push(program);
			return program;
		});
	} finally {
		for (const program of programs.reverse()) await program.end();
	}
}

async function atBroker(run: (...words: string[]) => Nightlight): Promise<[broker: Nightlight, url: string]> {
	const broker = run("broker", "--port", "0");
	const { port } = await broker.heard({ event: "listening" });
	return [broker, `mqtt://127.0.0.1:${port}`];
}

const up = (devices: number, url: string): string[] => [
	...["up", "--devices", String(devices), "--id", "lamp", "--broker", url],
];

/** Devices and their server without a page, the broker, and a server that does the same once more. */
const bare = (devices: number, effort: number): Promise<{ both: number; broker: number; server: number }> =>
	using(async (run) => {
		const [broker, url] = await atBroker(run);
		const lamps = run(...up(devices, url), "--no-page");
		await lamps.heard({ device: `lamp-${devices}`, event: "command" }, 0, PATIENCE);
		const [both = 0, brokers = 0] = await shares([lamps, broker], effort);
		const another = run("server", "--id", "+", "--broker", url);
		await another.heard({ event: "sent" }, 0, PATIENCE);
		const [server = 0] = await shares([another], effort);
		return { both, broker: brokers, server };
	});

/** The same with a page that two browsers look at: at all devices, and at one of them. */
const withPage = (devices: number, effort: number): Promise<{ both: number; memory: number }> =>
	using(async (run) => {
		const [, url] = await atBroker(run);
		const lamps = run(...up(devices, url));
		const page = await lamps.heard({ source: "page" }, 0, PATIENCE);
		const watching = [watch(String(page.url), "all"), watch(String(page.url), "device=lamp-1")];
		for (const one of watching) one.catch(() => {});
		const [both = 0] = await shares([lamps], effort);
		return { both, memory: usage(lamps).memory };
	});

const percent = (share: number): string => `${(share * 100).toFixed(0)} % of a core`;

/** Many devices in one process: what devices, server, broker and page take of a core. */
export const fleet: Bench = {
	name: "fleet",
	sides: ["takes", "memory"],
	async run(effort) {
		const devices = scaled(DEVICES, effort);
		const without: Awaited<ReturnType<typeof bare>>[] = [];
		const shown: Awaited<ReturnType<typeof withPage>>[] = [];
		for (let round = 0; round < scaled(ROUNDS, effort); round++) {
			without.push(await bare(devices, effort));
			shown.push(await withPage(devices, effort));
		}
		const middle = (of: (round: (typeof without)[0]) => number): number => median(without.map(of));
		const page = median(shown.map(({ both }, at) => both - (without[at]?.both ?? 0)));
		const memory = `${median(shown.map((round) => round.memory)).toFixed(0)} MB`;
		const row = (what: string, share: number): Figure => ({
			...{ what, ours: percent(share), theirs: "", ratio: "" },
		});
		return [
			row(
				`${devices} devices`,
				middle(({ both, server }) => both - server),
			),
			row(
				"the server",
				middle(({ server }) => server),
			),
			row(
				"the embedded broker",
				middle(({ broker }) => broker),
			),
			{
				...row("the page, with two browsers", page),
				goal: { wanted: `at most ${percent(WANTED)}`, isMet: page <= WANTED },
			},
			{
				...row("devices, server and page in one process", median(shown.map(({ both }) => both))),
				theirs: memory,
			},
		];
	},
};
