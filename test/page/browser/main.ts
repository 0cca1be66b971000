/** The lane of the page in a real browser, `npm run test:page`. */
import { installPackage, runBin } from "../../support/lane-package.js";
import { chromium } from "./chromium.js";

if (chromium === undefined) {
	process.stdout.write("skipped: there is no Chromium (CHROMIUM=/path/to/it, or apt-get install chromium)\n");
	process.exit(process.env.CI === "true" ? 1 : 0);
}
installPackage("test/page");
runBin("tsc", "-p", "test/page/browser");
runBin("vitest", "run", "--config", "test/page/browser/vitest.config.ts", ...process.argv.slice(2));
