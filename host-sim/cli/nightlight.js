#!/usr/bin/env node
import { load } from "../script.js";

// A signal while everything is still being loaded counts too.
const signalled = new Promise((resolve) => {
	for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve);
});

process.setSourceMapsEnabled(true);
const { main } = await load("main");
await main(process.argv.slice(2), signalled);
