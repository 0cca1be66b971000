/** `npm run events`: writes the tables of docs/events.md anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../house/firmware-files.js";
import { withTables } from "./document.js";

const path = join(ROOT, "docs/events.md");
writeFileSync(path, withTables(readFileSync(path, "utf8")));
