import { dirname, resolve } from "node:path";
import { usage } from "./failure.js";
import { readTextFile } from "./text-file.js";

/** The environment variable that holds the password. */
const PASSWORD_VARIABLE = "NIGHTLIGHT_PASSWORD";

/** What a text with several lines is told that is wanted. */
const SECRET_ALONE = "it must hold the secret alone";

/** Where a configuration's reference is, for what it leads to and for what is said about it. */
export interface ReferencePlace {
	/** The configuration file's name: files are sought from its folder. */
	readonly file: string;
	/** The reference's place and key, as `c.json:3:8: mqtt.password`. */
	readonly at: string;
}

/**
 * The password that the command line names: of a file, or of the environment. Never given as such,
 * for other users of a machine see its command lines.
 * @param hasUser whether there is a user name; without one the environment is not meant for this broker
 * @param hasOther whether there is a password elsewhere, so that an empty variable is none
 * @throws Failure when the file cannot be read, or what is there is no secret (`secretOf`)
 */
export function readPassword(
	passwordFile: string | undefined,
	hasUser: boolean,
	hasOther: boolean,
): string | undefined {
	if (passwordFile !== undefined) return readSecretFile(passwordFile, "--password-file");
	const value = process.env[PASSWORD_VARIABLE];
	if (!hasUser || value === undefined || (value === "" && hasOther)) return undefined;
	return secretOf(unmarked(value), PASSWORD_VARIABLE);
}

/** Whether the environment has a password. */
export const hasPasswordInEnvironment = (): boolean => Boolean(process.env[PASSWORD_VARIABLE]);

/**
 * The text that a reference in a configuration file stands for: `{"file": …}`, from the configuration's
 * own folder, or `{"env": …}`.
 * @param read reads a file, which `from` names
 * @throws Failure when it is no reference, or leads nowhere, and what `read` throws
 */
export function readReference(
	reference: unknown,
	place: ReferencePlace,
	read: (file: string, from: string) => string,
): { text: string; from: string } {
	const { file: configFile, at } = place;
	if (typeof reference === "object" && reference !== null && Object.keys(reference).length === 1) {
		const { file, env } = reference as { file?: unknown; env?: unknown };
		if (typeof file === "string") {
			const path = resolve(dirname(configFile), file);
			return { text: read(path, at), from: `${at}: ${path}` };
		}
		if (typeof env === "string") {
			const text = process.env[env];
			if (text) return { text: unmarked(text), from: `${at}: the environment variable ${env}` };
			throw usage(`${at}: the environment variable ${env} is not set`);
		}
	}
	throw usage(`${at}: wants {"file": "NAME"} or {"env": "NAME"}, not the secret itself`);
}

/**
 * The secret that a reference leads to.
 * @param wanted what a text with several lines is told that is wanted
 * @throws Failure when it leads to none
 */
export function readSecretReference(
	reference: unknown,
	place: ReferencePlace,
	wanted = SECRET_ALONE,
): string {
	const { text, from } = readReference(reference, place, readTextFile);
	return secretOf(text, from, wanted);
}

/** The secret in an environment variable, if that is set. @throws Failure for what is no secret */
export function readSecretVariable(name: string): string | undefined {
	const value = process.env[name];
	return value === undefined ? undefined : secretOf(unmarked(value), name);
}

/**
 * The secret in a file.
 * @param from the option that names it
 * @param wanted what a text with several lines is told that is wanted
 * @throws Failure when it cannot be read, or holds no secret
 */
export function readSecretFile(file: string, from: string, wanted = SECRET_ALONE): string {
	return secretOf(readTextFile(file, from), `${from}: ${file}`, wanted);
}

/** A text without a byte order mark before it, as files are read. */
const unmarked = (text: string): string => text.replace(/^\ufeff/, "");

/**
 * The secret in a text: without line ends behind it, which editors and `echo` add. Nothing else is dropped.
 * @throws Failure for an empty one, and for one with what nobody types into a password: a control
 * character such as a line end, or a character that could not be decoded
 */
function secretOf(text: string, from: string, wanted = SECRET_ALONE): string {
	const secret = text.replace(/[\r\n]+$/, "");
	if (secret === "") throw usage(`${from} is empty`);
	const strange = /[\p{Cc}\ufeff\ufffd\ud800-\udfff]/u.exec(secret)?.[0];
	if (strange === undefined) return secret;
	if (/[\r\n]/.test(strange)) throw usage(`${from} has more than one line; ${wanted}`);
	const point = (strange.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
	throw usage(`${from} holds U+${point}, which no password has; save it as plain text in UTF-8`);
}
