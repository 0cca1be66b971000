/** `npm run package`: makes the package, with a page that needs no bundling at its first start. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { prebuild } from "../host-sim/web/page-files.js";

const built = await prebuild();
try {
	const cwd = fileURLToPath(new URL("..", import.meta.url));
	const { status } = spawnSync("npm", ["pack"], {
		cwd,
		stdio: "inherit",
		shell: process.platform === "win32",
	});
	process.exitCode = status ?? 1;
} finally {
	rmSync(built, { recursive: true });
}
