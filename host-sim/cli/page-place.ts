import { networkInterfaces } from "node:os";
import { isLoopback } from "../broker/listen.js";
import { type GuardOptions, KEY_LENGTH, makeKey, plainKey } from "../web/key.js";
import type { Service } from "../web/service.js";
import { codeOf, ExitCode, Failure, usage } from "./failure.js";
import type { PageOptions } from "./options.js";
import { readSecretFile, readSecretVariable } from "./secrets.js";

/** The environment variable that holds the page's key. */
const KEY_VARIABLE = "NIGHTLIGHT_PAGE_KEY";

/** The key that a page asks for. */
export interface PageKey {
	readonly text: string;
	/** Whose a kept key is: a file or an environment variable; left out for a new one, which has to be shown. */
	readonly keptIn?: string;
}

/** Where a page is served. */
export interface PagePlace {
	/** An IP address. */
	readonly host: string;
	/** 0: a free one. */
	readonly port: number;
	/** What it asks for, if others than this machine reach it. */
	readonly key: PageKey | undefined;
}

/**
 * Where the options want the page.
 * @returns `undefined` when there is none
 * @throws Failure for options that are for a page if there is none, and for a key that is none
 */
export function pagePlaceOf(options: PageOptions): PagePlace | undefined {
	const { page, pageHost: host = "127.0.0.1", pagePort: port = 0, pageKeyFile } = options;
	if (!page) {
		const named = {
			"--page-host": options.pageHost,
			"--page-port": options.pagePort,
			"--page-key-file": pageKeyFile,
			"--page-config": options.pageConfig,
		};
		const [name] = Object.entries(named).find(([, value]) => value !== undefined) ?? [];
		if (name === undefined) return undefined;
		throw usage(
			`${name} is for ${page === false ? "the page, but --no-page says that there is none" : "--page"}`,
		);
	}
	if (!isLoopback(host)) return { host, port, key: keptKey(pageKeyFile) ?? { text: makeKey() } };
	if (pageKeyFile !== undefined)
		throw usage(
			`--page-key-file is for a page that others reach, but on ${host} it asks for no key; give --page-host`,
		);
	return { host, port, key: undefined };
}

function keptKey(file: string | undefined): PageKey | undefined {
	const text =
		file === undefined ? readSecretVariable(KEY_VARIABLE) : readSecretFile(file, "--page-key-file");
	if (text === undefined) return undefined;
	const keptIn = file ?? KEY_VARIABLE;
	const { length } = plainKey(text);
	const { least, most } = KEY_LENGTH;
	if (length >= least && length <= most) return { text, keptIn };
	throw usage(
		`${file === undefined ? "" : "--page-key-file: "}${keptIn} must hold a key of ${least} to ${most} characters, spaces and hyphens not counted; it has ${length}`,
	);
}

/** What is shown beneath the address; `undefined` where no key is asked for. */
export function keyLine(key: PageKey | undefined): string | undefined {
	if (key === undefined) return undefined;
	return `Key: ${key.keptIn === undefined ? key.text : `the one in ${key.keptIn}`}`;
}

/** What the service asks for. @param log hears when keys are tried */
export const guardOf = ({ key }: PagePlace, log: (line: string) => void): GuardOptions | undefined =>
	key && {
		key: key.text,
		onPause: (from, pause) =>
			log(`Wrong keys for the page, the last from ${from}: none is taken for ${pause / 1000} s.`),
	};

/** Says what it means that others reach the page. */
export function warn({ urls: [, ...others] }: Pick<Service, "urls">, log: (line: string) => void): void {
	log("Warning: the page is open to the network, in plain HTTP: do this in a network that you trust only.");
	if (others.length > 0) log(`The page is also at ${others.join(", ")}`);
}

/**
 * Why a page cannot be served, and what to do.
 * @param error of Node's, from listening
 */
export function unserved({ host, port }: PagePlace, error: unknown): Failure {
	const code = codeOf(error);
	switch (code) {
		case "EADDRNOTAVAIL":
		case "EINVAL":
		case "EAFNOSUPPORT":
			return usage(
				`--page-host: ${host} is not an address of this machine; it has ${ownAddresses().join(", ")}, and 0.0.0.0 means all`,
			);
		case "EADDRINUSE":
			return failed(`port ${port} is taken`);
		case "EACCES":
			return failed(`port ${port} is not for us`);
		default:
			return failed(`port ${port} cannot be had (${code})`);
	}
}

const failed = (what: string): Failure =>
	new Failure(ExitCode.FAILED, `--page-port: ${what}; leave it out for a free one, or give --no-page`);

const ownAddresses = (): string[] =>
	Object.values(networkInterfaces()).flatMap((addresses = []) =>
		addresses.map(({ address }) => address).filter((address) => !/^fe[89ab]/i.test(address)),
	);
