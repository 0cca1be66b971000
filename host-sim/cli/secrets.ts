import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { codeOf, usage } from "./failure.js";

/** The environment variable that holds the password. */
const PASSWORD_VARIABLE = "NIGHTLIGHT_PASSWORD";

/**
 * The password that the command line names: of a file, or of the environment. Never given as such,
 * for other users of a machine see its command lines.
 * @param hasUser whether there is a user name; without one the environment is not meant for this broker
 * @throws Failure when the file cannot be read or is empty
 */
export function readPassword(passwordFile: string | undefined, hasUser: boolean): string | undefined {
	if (passwordFile !== undefined) return readSecretFile(passwordFile, "--password-file");
	return (hasUser && process.env[PASSWORD_VARIABLE]) || undefined;
}

/**
 * What a reference in a configuration file stands for: `{"file": …}`, from the configuration's own
 * folder, or `{"env": …}`.
 * @throws Failure when it is no reference, or leads nowhere
 */
export function readReference(reference: unknown, key: string, configFile: string): string {
	if (typeof reference === "object" && reference !== null && Object.keys(reference).length === 1) {
		const { file, env } = reference as { file?: unknown; env?: unknown };
		if (typeof file === "string") {
			return readSecretFile(resolve(dirname(configFile), file), `${configFile}: ${key}`);
		}
		if (typeof env === "string") {
			const value = process.env[env];
			if (value) return value;
			throw usage(`${configFile}: ${key}: the environment variable ${env} is not set`);
		}
	}
	throw usage(`${configFile}: ${key}: wants {"file": "NAME"} or {"env": "NAME"}, not the secret itself`);
}

function readSecretFile(file: string, from: string): string {
	let text: string;
	try {
		text = readFileSync(file, "utf8");
	} catch (error) {
		throw usage(`${from}: cannot read ${file} (${codeOf(error)})`);
	}
	// Editors end a file with a line break, which is not meant.
	const secret = text.replace(/\r?\n$/, "");
	if (secret === "") throw usage(`${from}: ${file} is empty`);
	return secret;
}
