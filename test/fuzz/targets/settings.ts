import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../host-sim/cli/failure.js";
import { readSettings } from "../../../host-sim/cli/settings.js";
import { bytesOf } from "../bytes.js";
import { anyJson } from "../json-text.js";
import { spoilt } from "../mutate.js";
import { demand, type Target } from "../target.js";

const NAMES = [
	"id",
	"broker",
	"mqtt",
	"telemetry",
	"tls",
	"host",
	"port",
	"username",
	"password",
	"ca",
	"cert",
	"key",
	"file",
	"env",
	"protocol",
];
const SECRET = "s3cret-Passw0rd";
const TEXTS = [
	'{"id":"d1","broker":{"host":"h"}}',
	'{"id":"d1","broker":{"host":"h","protocol":"mqtts"},"tls":{"ca":{"file":"config.json"}}}',
	`{"id":"d1","broker":{"host":"h"},"mqtt":{"username":"u","password":"${SECRET}"}}`,
	`{"id":d1,\n"broker":{"host":'h'},"mqtt":{"username":True,"password":${SECRET}}}`,
	'{"id":"d1","id":"d2","broker":{"host":"b\u00fccher.example."},"telemetry":{"interval":1}}',
	'{"id":"d1","broker":{"host":"h"},"mqtt":{"username":"u","password":{"file":"config.json"}}}',
	'{"id":"d1","broker":{"host":"h"},"mqtt":{"password":{"env":"NO_SUCH_VARIABLE"}}}',
];

/** A configuration file of the command line, with references to files beside it. */
export const settings: Target = {
	name: "settings",
	covers: [
		"host-sim/cli/settings.ts",
		"host-sim/cli/config-file.ts",
		"host-sim/cli/host-name.ts",
		"host-sim/cli/text-file.ts",
		"host-sim/cli/secrets.ts",
		"host-sim/cli/certificates.ts",
	],
	share: 0.2,
	generate: (random) =>
		spoilt(bytesOf(random.chance(0.7) ? random.pick(TEXTS) : anyJson(random, NAMES)), random, 0.4),
	run: (input) => {
		const folder = mkdtempSync(join(tmpdir(), "nightlight-fuzz-"));
		const config = join(folder, "config.json");
		try {
			writeFileSync(config, input);
			const read = readSettings({ config, id: "d1", broker: "mqtt://h" }, () => {});
			demand(read.config.id === "d1" && read.config.broker.host === "h", "the command line does not win");
			return "settings";
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			demand(error.lines.length > 0, "refuses without a word");
			for (const line of error.lines) {
				demand(!line.includes(SECRET), "tells a secret");
				demand(/^--|^[^\n]*:\d+:\d+: /.test(line), "a mistake without its place");
			}
			return "refused";
		} finally {
			rmSync(folder, { recursive: true });
		}
	},
};
