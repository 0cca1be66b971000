/** What the engine says of what cannot be written, and what to do. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
	[
		/^TypeError: read only value$/,
		"an object that is in flash since the image was built cannot be written, as JSON.stringify does; make it in a function, or copy it, as in { ...it }",
	],
	[
		/^TypeError: (set .+: not (writable|extensible)|delete .+: no permission.*)$/,
		"a frozen object cannot be written; make it in a function",
	],
];

/**
 * Why an image ended, for people: before what was thrown stands the place in the sources, if it is known, and behind
 * it what to do where that is not plain.
 * @param reason as the image tells it: `TypeError: read only value (code 2f3a4)`
 * @param placesOf places of the bytecode before an address: more than one where functions are the same
 */
export function uncaught(reason: string, placesOf: (address: number) => readonly string[]): string {
	const [, what = reason, address] = /^(.*) \(code ([0-9a-f]+)\)$/s.exec(reason) ?? [];
	const places = address === undefined ? [] : [...new Set(placesOf(Number.parseInt(address, 16)))];
	const place = places.length === 0 ? "" : `${places.join(" or ")}: `;
	const advice = ADVICE.find(([pattern]) => pattern.test(what))?.[1];
	return `${place}${what}${advice === undefined ? "" : `: ${advice}`}`;
}
