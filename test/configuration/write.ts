/** `npm run config-docs`: writes the table of keys in docs/configuration.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { PAGE, withKeys } from "./page.js";

writeFileSync(PAGE, withKeys(readFileSync(PAGE, "utf8")));
