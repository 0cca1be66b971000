/** 31 characters, a prime number, without those that look like others: I, L, O, Q, U. */
const ALPHABET = "0123456789ABCDEFGHJKMNPRSTVWXYZ";

/** Characters between two dashes. */
const GROUP = 4;

/**
 * The code that a person passes on, in the form of the Wio Terminal's: `MS1-XXXX-XXXX-XXXX`. The last character is
 * the sum of the values, each times its place from 1, modulo 31, so that another character shows, and two that have
 * changed places.
 * @param form which self-test this is, and the version of its code
 * @param characters one for each check
 */
export function writeCode(form: string, characters: string): string {
	let sum = 0;
	for (let index = 0; index < characters.length; index++) {
		sum += ALPHABET.indexOf(characters.charAt(index)) * (index + 1);
	}
	const all = characters + ALPHABET.charAt(sum % ALPHABET.length);
	let code = form;
	for (let index = 0; index < all.length; index += GROUP) code += `-${all.slice(index, index + GROUP)}`;
	return code;
}
