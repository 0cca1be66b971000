/**
 * Waits until `find` finds something.
 * @throws Error when that takes longer than `timeout` milliseconds
 */
export async function eventually<T>(
	what: string,
	find: () => T | undefined | false,
	timeout = 10_000,
): Promise<T> {
	const deadline = performance.now() + timeout;
	for (;;) {
		const found = find();
		if (found !== undefined && found !== false) return found;
		if (performance.now() > deadline) throw new Error(`waited ${timeout} ms for ${what}`);
		await pause(10);
	}
}

export const pause = (delay: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay));
