import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Connections get their own ports from above these, on Linux and macOS: a broker that takes ten seconds
 * to start, or is started again, still finds its port free.
 */
const [FIRST, END] = [20_000, 32_768];

/** So many ports of 127.0.0.1 that nothing listens on, no two the same. */
export async function freePorts(count: number): Promise<number[]> {
	const ports = new Set<number>();
	while (ports.size < count) {
		const port = randomInt(FIRST, END);
		if (await isFree(port)) ports.add(port);
	}
	return [...ports];
}

const isFree = (port: number): Promise<boolean> =>
	new Promise((resolve) => {
		const server = createServer();
		server.once("error", () => resolve(false));
		server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
	});
