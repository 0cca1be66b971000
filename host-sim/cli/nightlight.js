#!/usr/bin/env node
// The sources are TypeScript: tsx lets Node run them as they are.
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";

// A signal while everything is still being loaded counts too.
const signalled = new Promise((resolve) => {
	for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve);
});

// Ours, not the one of the folder that the user happens to be in.
register({ tsconfig: fileURLToPath(new URL("../../tsconfig.json", import.meta.url)) });
const { main } = await import("./main.js");
await main(process.argv.slice(2), signalled);
