#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { script } from "./script.js";

// A signal while everything is still being loaded counts too.
const signalled = new Promise((resolve) => {
	for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve);
});

process.setSourceMapsEnabled(true);
const { main } = await import((await script()) ?? (await sources()));
await main(process.argv.slice(2), signalled);

/** The sources are TypeScript: tsx lets Node run them as they are. */
async function sources() {
	const { register } = await import("tsx/esm/api");
	// Ours, not the one of the folder that the user happens to be in.
	register({ tsconfig: fileURLToPath(new URL("../../tsconfig.json", import.meta.url)) });
	return "./main.js";
}
