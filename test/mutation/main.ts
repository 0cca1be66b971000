/** The lane of mutation testing, `npm run mutate`. */
import { installPackage, runBin } from "../support/lane-package.js";

installPackage("test/mutation");
runBin("tsc", "-p", "test/mutation/stryker");
runBin("tsx", "test/mutation/stryker/main.ts", ...process.argv.slice(2));
