import { applyEdits, modify, type ParseError, parse } from "jsonc-parser";

/** What the configuration of a client of the broker says. */
export interface ClientSettings {
	/** That of its files. */
	readonly name: string;
	readonly host: string;
	readonly port: number;
	/** A device's; without them it is no device, and has no id. */
	readonly groups?: readonly string[];
}

/**
 * The configuration file of a client, whose certificates lie beside it.
 * @param kept its text so far: other keys and comments stay as they are; a text that is no JSON object stays altogether
 */
export function clientConfig(kept: string | undefined, { name, host, port, groups }: ClientSettings): string {
	const wanted: Readonly<Record<string, unknown>> = {
		...(groups !== undefined && { id: name }),
		broker: { protocol: "mqtts", host, port },
		tls: { ca: { file: "ca.pem" }, cert: { file: `${name}.pem` }, key: { file: `${name}.key` } },
		...(groups !== undefined && groups.length > 0 && { groups }),
	};
	if (kept === undefined) return `${JSON.stringify(wanted, null, "\t")}\n`;
	const errors: ParseError[] = [];
	const values: unknown = parse(kept, errors, { allowTrailingComma: true });
	if (errors.length > 0 || typeof values !== "object" || values === null || Array.isArray(values))
		return kept;
	const own = values as Readonly<Record<string, unknown>>;
	let text = kept;
	for (const key of ["id", "broker", "tls", "groups"]) {
		const has = own[key];
		// Further keys of a section, such as an ALPN protocol, are the user's.
		const value = isSection(has) && isSection(wanted[key]) ? { ...has, ...wanted[key] } : wanted[key];
		if (JSON.stringify(has) === JSON.stringify(value) || (key === "id" && value === undefined)) continue;
		const formattingOptions = { insertSpaces: false, tabSize: 1 };
		text = applyEdits(text, modify(text, [key], value, { formattingOptions }));
	}
	return text;
}

const isSection = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === "object" && value !== null && !Array.isArray(value);
