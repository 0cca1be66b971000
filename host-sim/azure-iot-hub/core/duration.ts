const UNITS: readonly (readonly [milliseconds: number, name: string])[] = Object.freeze([
	[86_400_000, "d"],
	[3_600_000, "h"],
	[60_000, "min"],
	[1000, "s"],
]);

/** A time in milliseconds for people, in its two largest units: `3 h 12 min`. */
export function durationText(milliseconds: number): string {
	let left = Math.max(0, milliseconds);
	const parts: string[] = [];
	for (const [size, name] of UNITS) {
		const count = Math.floor(left / size);
		left -= count * size;
		if (count > 0 || (name === "s" && parts.length === 0)) parts.push(`${count} ${name}`);
		else if (parts.length > 0) break;
	}
	return parts.slice(0, 2).join(" ");
}
