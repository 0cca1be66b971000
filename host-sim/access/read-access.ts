import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { areOnePair, isFresh } from "../certificates/fitness.js";
import { AccessList } from "./access-list.js";
import { FolderError } from "./folder-error.js";
import { RECORDS_FILE, type Records, readRecords } from "./records.js";
import { identitiesOf } from "./table.js";

/** What a broker needs of a folder that `nightlight provision` made. */
export interface BrokerAccess {
	readonly list: AccessList;
	/** In PEM. */
	readonly ca: string;
	readonly cert: string;
	readonly key: string;
	readonly crl: string;
	readonly records: Records;
	/** How many devices have access, and how many certificates are revoked. */
	readonly devices: number;
	readonly revoked: number;
}

/** Reads a folder that `nightlight provision` made. @throws FolderError if it is none, in a line */
export function readAccess(folder: string): BrokerAccess {
	const read = (name: string): string => {
		try {
			return readFileSync(join(folder, name), "utf8");
		} catch (error) {
			const code = (error as NodeJS.ErrnoException).code ?? String(error);
			throw new FolderError(`cannot read ${name} (${code}); nightlight provision --out ${folder} makes it`);
		}
	};
	const records = recordsOf(read(RECORDS_FILE));
	const files = {
		ca: read("ca.pem"),
		cert: read("broker.pem"),
		key: read("broker.key"),
		crl: read("crl.pem"),
	};
	check(files, folder);
	const revoked = records.certificates.filter((one) => one.revoked !== undefined);
	return {
		list: new AccessList(
			identitiesOf(records),
			revoked.map(({ serial }) => serial),
		),
		...files,
		...{ records, devices: records.devices.size, revoked: revoked.length },
	};
}

/** @throws FolderError if OpenSSL could not use them */
function check(
	{ ca, crl, ...pair }: Pick<BrokerAccess, "ca" | "cert" | "key" | "crl">,
	folder: string,
): void {
	const remedy = `nightlight provision --out ${folder} makes`;
	// Of a text that is none OpenSSL takes no CA, and says nothing.
	if (!isFresh(ca, Number.NEGATIVE_INFINITY))
		throw new FolderError("ca.pem is no certificate: put back the one that was there");
	if (!areOnePair(pair))
		throw new FolderError(`broker.pem and broker.key are no certificate and its key; ${remedy} new ones`);
	try {
		createSecureContext({ crl });
	} catch {
		throw new FolderError(`crl.pem is no revocation list; ${remedy} it anew`);
	}
}

/** The records of a text. @throws FolderError if they are damaged */
export function recordsOf(text: string): Records {
	try {
		return readRecords(text);
	} catch (error) {
		throw new FolderError(
			`${RECORDS_FILE} is damaged (${(error as Error).message}): put back the one that was there`,
		);
	}
}
