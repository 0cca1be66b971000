/** Runs `action` and gives the longest array of bytes that was made meanwhile; views do not count. */
export function longestAllocation(action: () => void): number {
	const usual = globalThis.Uint8Array;
	let longest = 0;
	globalThis.Uint8Array = new Proxy(usual, {
		construct(target, words, newTarget) {
			const [length] = words;
			if (typeof length === "number" && length > longest) longest = length;
			return Reflect.construct(target, words, newTarget);
		},
	});
	try {
		action();
	} finally {
		globalThis.Uint8Array = usual;
	}
	return longest;
}
