import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const GUEST = fileURLToPath(new URL("../../../firmware/boards/xs-worker/main.ts", import.meta.url));

/** The firmware and its composition root for XS as one script. */
export async function bundleGuest(): Promise<string> {
	const { outputFiles } = await build({
		entryPoints: [GUEST],
		bundle: true,
		write: false,
		format: "iife",
		// What XS 13 has: private fields and all of ES2022.
		target: "es2022",
		legalComments: "none",
		logLevel: "silent",
	});
	return (outputFiles[0] as { text: string }).text;
}
