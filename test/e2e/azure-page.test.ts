import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { freePort } from "../support/free-port.js";
import { type Section, sections } from "./lesson-page/page.js";
import { Reader } from "./lesson-page/reader.js";

const PAGE = readFileSync(new URL("../../docs/azure-iot-hub.md", import.meta.url), "utf8");
const PROGRAM = fileURLToPath(new URL("../../host-sim/cli/nightlight.js", import.meta.url));

/** The port of MQTT over TLS that the page speaks of. */
const USUAL_PORT = "8883";

const tryIt = sections(/^## Try it$[\s\S]*?(?=^## )/m.exec(PAGE)?.[0])[0] as Section;

describe("docs/azure-iot-hub.md shows what its commands show", () => {
	it("in the section to try it", async () => {
		const port = await freePort();
		const reader = new Reader(port);
		reader.program(
			"npx",
			`[ "$1" = nightlight ] || exit 64
[ "$*" = "nightlight hub" ] && set -- "$@" --port ${port} --https-port 0
shift
exec "${process.execPath}" "${PROGRAM}" "$@"`,
		);
		try {
			for (const step of tryIt.steps) {
				const text = step.kind === "see" ? step.text.replaceAll(USUAL_PORT, `${port}`) : "";
				await reader.does(step.kind === "see" ? { ...step, text } : step);
			}
		} finally {
			await reader.leave();
		}
	}, 180_000);

	it("runs hub, device, method call, twin changes, page and message", () => {
		const commands = tryIt.steps.flatMap((step) => (step.kind === "run" ? [step.command] : []));
		expect(commands.map((command) => command.split(" ").slice(1, 4).join(" "))).toEqual([
			"nightlight hub",
			"nightlight device --azure",
			"nightlight hub invoke",
			"nightlight hub twin",
			"nightlight hub twin",
			"nightlight up --azure",
			"nightlight hub send",
		]);
	});
});
