import { existsSync } from "node:fs";

/** The browser's program: `CHROMIUM`, else Debian's; `undefined` when there is none. */
export const chromium: string | undefined = [process.env.CHROMIUM, "/usr/bin/chromium"].find(
	(path) => path !== undefined && path !== "" && existsSync(path),
);
