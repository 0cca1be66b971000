import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Start } from "./support.js";

const APP = fileURLToPath(new URL("../../../firmware/app.ts", import.meta.url));

/**
 * The firmware with a change in one of its modules.
 * @throws Error when the module does not have the text exactly once
 */
export async function bundledFirmware(
	module: string,
	from: string,
	to: string,
): Promise<{ startNightlight: Start }> {
	let times = 0;
	const { outputFiles } = await build({
		entryPoints: [APP],
		bundle: true,
		write: false,
		format: "esm",
		logLevel: "silent",
		plugins: [
			{
				name: "change",
				setup: ({ onLoad }) => {
					onLoad({ filter: /\.ts$/ }, ({ path }) => {
						const text = readFileSync(path, "utf8");
						if (basename(path) !== module || !text.includes(from)) return { contents: text, loader: "ts" };
						times += text.split(from).length - 1;
						return { contents: text.replace(from, () => to), loader: "ts" };
					});
				},
			},
		],
	});
	if (times !== 1) throw new Error(`${module} has ${JSON.stringify(from)} ${times} times`);
	const { text } = outputFiles[0] as { text: string };
	return import(`data:text/javascript,${encodeURIComponent(text)}`);
}
