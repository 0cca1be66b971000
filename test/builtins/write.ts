/** `npm run builtins`: writes docs/builtins.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../house/firmware-files.js";
import { surveyFirmware, tableOf } from "./survey.js";

writeFileSync(join(ROOT, "docs/builtins.md"), tableOf(surveyFirmware()));
