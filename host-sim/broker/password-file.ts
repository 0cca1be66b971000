import { createHash, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";

/** Who may log in. */
export interface Users {
	/** How many there are. */
	readonly size: number;
	/** Whether there is such a user with that password. It takes as long when there is none. */
	verify(user: string, password: Uint8Array): Promise<boolean>;
}

/** What a password is compared with. */
interface Hash {
	readonly salt: Buffer;
	readonly hash: Buffer;
	/** Of PBKDF2; 0 for a single SHA-512 of password and salt. */
	readonly iterations: number;
}

/** Bytes of SHA-512. */
const HASH_BYTES = 64;

/** More would make each login last for seconds. */
const MOST_ITERATIONS = 1_000_000;

/** What `mosquitto_passwd` writes: `$7$` is PBKDF2 with HMAC-SHA-512, `$6$` SHA-512 of password and salt. */
const ENTRY = /^\$(?:6|7\$([0-9]{1,7}))\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]{86}==)$/;

/**
 * Reads a password file of Mosquitto: lines of `user:hash`, as `mosquitto_passwd` writes them. Empty
 * lines and those that begin with `#` are left out.
 *
 * @throws RangeError with the number of the first line that is not of that form; it never repeats the line
 */
export function readPasswordFile(text: string): Users {
	const users = new Map<string, Hash>();
	const lines = text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
	for (const [index, line] of lines.entries()) {
		if (line.trim() === "" || line.startsWith("#")) continue;
		const [user, hash] = readLine(line.trimEnd(), index + 1);
		if (users.has(user)) throw new RangeError(`line ${index + 1}: this user is there twice`);
		users.set(user, hash);
	}
	return { size: users.size, verify: (user, password) => verify(users.get(user), password) };
}

function readLine(line: string, number: number): [user: string, hash: Hash] {
	const colon = line.indexOf(":");
	if (colon < 1) throw new RangeError(`line ${number}: wants user:hash, as mosquitto_passwd writes it`);
	const match = ENTRY.exec(line.slice(colon + 1));
	if (match === null)
		throw new RangeError(
			`line ${number}: the password is no hash of Mosquitto ($7$ or $6$); mosquitto_passwd -U FILE makes one of it`,
		);
	const [, digits, salt = "", hash = ""] = match;
	const iterations = digits === undefined ? 0 : Number(digits);
	if (digits !== undefined && (iterations < 1 || iterations > MOST_ITERATIONS))
		throw new RangeError(`line ${number}: iterations must be 1 to ${MOST_ITERATIONS}`);
	return [
		line.slice(0, colon),
		{ salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64"), iterations },
	];
}

/** What a password of nobody is compared with; its iterations are mosquitto_passwd's. */
const NOBODY: Hash = Object.freeze({ salt: randomBytes(12), hash: randomBytes(HASH_BYTES), iterations: 101 });

async function verify(known: Hash | undefined, password: Uint8Array): Promise<boolean> {
	const { salt, hash, iterations } = known ?? NOBODY;
	const made = iterations === 0 ? sha512(password, salt) : await derive(password, salt, iterations);
	return timingSafeEqual(made, hash) && known !== undefined;
}

const sha512 = (password: Uint8Array, salt: Uint8Array): Buffer =>
	createHash("sha512").update(password).update(salt).digest();

const derive = (password: Uint8Array, salt: Uint8Array, iterations: number): Promise<Buffer> =>
	new Promise((resolve, reject) => {
		pbkdf2(password, salt, iterations, HASH_BYTES, "sha512", (error, key) => {
			if (error === null) resolve(key);
			else reject(error);
		});
	});
