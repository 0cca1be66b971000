/** `npm run brokers`: writes the table of docs/brokers.md anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../house/firmware-files.js";
import { withTable } from "./table.js";

const path = join(ROOT, "docs/brokers.md");
writeFileSync(path, withTable(readFileSync(path, "utf8")));
