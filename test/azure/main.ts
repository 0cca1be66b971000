/** The lane with Microsoft's SDK, `npm run test:azure`: against the emulator, or a real hub if one is named. */
import { installPackage, runBin } from "../support/lane-package.js";

installPackage("test/azure");
runBin("vitest", "run", "test/azure", ...process.argv.slice(2));
