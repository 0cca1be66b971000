import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runHere } from "../support/command-line.js";

const cwd = mkdtempSync(join(tmpdir(), "nightlight-"));
const file = (name: string, text: string) => {
	writeFileSync(join(cwd, name), text);
	return name;
};
mkdirSync(join(cwd, "folder"));

const SOIL =
	'{"telemetry":{"sensors":[{"name":"soil","pin":"A1"},{"name":"air","pin":"A2","minimum":-40,"maximum":85}]}}';
const SECRET = "hunter2-hunter2";
type WrongLine = [name: string, words: readonly string[], says: string];
const WRONG: WrongLine[] = [
	[
		"an unknown command",
		["devise"],
		"unknown command 'devise' (Did you mean device?); see nightlight --help",
	],
	[
		"an unknown option",
		["device", "--lihgt", "5"],
		"unknown option '--lihgt' (Did you mean --light?); see nightlight device --help",
	],
	["an argument too many", ["device", "lamp"], "too many arguments"],
	["an id with a space", ["device", "--id", "a b"], '1 to 64 of letters, digits, "-", "_", "."'],
	["an id of 65 characters", ["device", "--id", "a".repeat(65)], "1 to 64"],
	["an interval that is no number", ["device", "--interval", "soon"], "a whole number from 10 to 86400000"],
	["a light out of range", ["device", "--light", "1024"], "a number from 0 to 1023"],
	["a day without length", ["device", "--light", "day:0"], "seconds above 0"],
	["a CSV that is not there", ["device", "--light", "csv:none.csv"], "cannot read none.csv"],
	["a folder as CSV", ["device", "--light", "csv:folder"], "folder"],
	[
		"a CSV without a column",
		["device", "--light", `csv:${file("a.csv", "time,lux\n1,2\n")}`],
		"no column light",
	],
	["a CSV with a bad number", ["device", "--light", `csv:${file("b.csv", "time,light\n1,x\n")}`], "line 2"],
	["a CSV without rows", ["device", "--light", `csv:${file("c.csv", "time,light\n")}`], "no rows"],
	["a speed of 0", ["device", "--speed", "0"], "a number above 0"],
	[
		"a URL with a password",
		["device", "--broker", `mqtt://u:${SECRET}@h`],
		"must not hold a user name or password",
	],
	["a URL of another kind", ["device", "--broker", "http://h"], "must begin with mqtt://"],
	["a password file that is not there", ["device", "--password-file", "none"], "cannot read none (ENOENT)"],
	[
		"a password without a user name",
		["device", "--password-file", file("password", SECRET)],
		"--username: got nothing, wants a user name",
	],
	[
		"a configuration that is not there",
		["device", "--config", "none.json"],
		"cannot read none.json (ENOENT)",
	],
	[
		"a configuration that is not JSON",
		["device", "--config", file("1.json", "{")],
		'1.json:1:2: not JSON: wants "}"',
	],
	[
		"a configuration that is a list",
		["device", "--config", file("2.json", "[]")],
		"2.json:1:1: wants a JSON object",
	],
	[
		"an unknown key in the configuration",
		["device", "--config", file("3.json", '{"telemetry":{"intervall":1}}')],
		"3.json:1:15: telemetry.intervall: got a value, wants no such key, only interval,",
	],
	[
		"a wrong value in the configuration",
		["device", "--config", file("4.json", '{"mqtt":{"keepAlive":"x"}}')],
		'4.json:1:10: mqtt.keepAlive: got "x", wants a whole number from 0 to 65535000',
	],
	[
		"a secret in the configuration",
		["device", "--config", file("5.json", `{"mqtt":{"username":"u","password":"${SECRET}"}}`)],
		'mqtt.password: wants {"file": "NAME"} or {"env": "NAME"}, not the secret itself',
	],
	[
		"an environment variable that is not set",
		["device", "--config", file("6.json", '{"mqtt":{"username":"u","password":{"env":"NO_SUCH_ONE"}}}')],
		"the environment variable NO_SUCH_ONE is not set",
	],
	[
		"a sensor on the LED's pin",
		["device", "--config", file("7.json", '{"telemetry":{"sensors":[{"name":"light","pin":"led"}]}}')],
		'7.json:1:42: telemetry.sensors.0.pin: got "led", wants another pin: the LED has it',
	],
	[
		"two sensors in a world on one pin",
		["simulate", "--config", "pins.json"],
		'pins.json:1:66: telemetry.sensors.1.pin: got "A1", wants a pin that no other sensor has',
	],
	[
		"two sensors on one pin",
		[
			"device",
			"--config",
			file("pins.json", '{"telemetry":{"sensors":[{"name":"light","pin":"A1"},{"name":"b","pin":"A1"}]}}'),
		],
		'pins.json:1:66: telemetry.sensors.1.pin: got "A1", wants a pin that no other sensor has',
	],
	[
		"a source without a sensor",
		["device", "--sensor", "60"],
		"'60' is invalid. It must be NAME=SOURCE, for ex",
	],
	["a source of no sensor", ["device", "--sensor", "=60"], "It must be NAME=SOURCE, for example humidity=60"],
	[
		"a source of a sensor that there is not",
		["up", "--port", "0", "--sensor", "soil=60"],
		'--sensor soil: there is no sensor "soil"; the configuration has light',
	],
	[
		"a light where no sensor has this name",
		["device", "--config", file("soil.json", SOIL), "--light", "5"],
		'--light: there is no sensor "light"; the configuration has soil, air',
	],
	[
		"two sources of a sensor",
		["device", "--config", "soil.json", "--sensor", "soil=6", "--sensor", "soil=5"],
		"'soil=5' is invalid. The sensor has a source already",
	],
	[
		"two sources of the light",
		["device", "--light", "5", "--sensor", "light=5"],
		"--light and --sensor light= name the same sensor: give one of them",
	],
	[
		"two sensors on standard input",
		["device", "--config", "soil.json", "--sensor", "soil=-", "--sensor", "air=-"],
		"standard input is for one sensor, not for soil and air",
	],
	[
		"a source out of its sensor's range",
		["device", "--config", "soil.json", "--sensor", "air=86"],
		'--sensor air: "86" is out of range; give a number from -40 to 85, day, ',
	],
	[
		"a source in no form",
		["device", "--config", "soil.json", "--sensor", "air=warm"],
		'--sensor air: "warm" is not known; give a number from -40 to 85, day, ',
	],
	[
		"a CSV without the sensor's column",
		["device", "--config", "soil.json", "--sensor", `air=csv:${file("time-light.csv", "time,light\n1,2\n")}`],
		"--sensor air: time-light.csv: no column air",
	],
	[
		"a sample longer than the interval of the command line",
		["device", "--config", file("sample.json", '{"telemetry":{"sample":1000}}'), "--interval", "500"],
		"sample.json:1:15: telemetry.sample: got 1000, wants telemetry.interval (500) or less",
	],
	[
		"a sensor that no device of a world has",
		["simulate", "--sensor", "soil=60"],
		"the configuration has light",
	],
	[
		"a light in a stadium",
		["simulate", "--profile", "stadium", "--light", "5"],
		"--light and --sensor are not for a stadium: its seed says what happens at the seats",
	],
	["standard input for a world", ["simulate", "--light", "-"], "standard input has no place in virtual time"],
	[
		"a world without light",
		["simulate", "--config", "soil.json"],
		"soil.json:1:15: telemetry.sensors: wants one with the name light: the server's rule is about it",
	],
	[
		"a wrong value in the configuration of a world",
		["simulate", "--config", "sample.json", "--config", file("window.json", '{"mqtt":{"inFlight":0}}')],
		"window.json:1:10: mqtt.inFlight: got 0, wants a whole number from 1 to 64",
	],
	[
		"a configuration of a world that would be written over",
		["simulate", "--config", "sample.json", "--trace", "sample.json"],
		"--trace and --config name the same file: it would be written over",
	],
	["a light that is none, before anything is started", ["up", "--port", "0", "--light", "dim"], "--light:"],
	[
		"a port when another broker is named",
		["up", "--broker", "mqtt://h", "--id", "a", "--port", "7"],
		"--host, --port, --ws-port, --users and --access",
	],
	[
		"topics in which the id is no whole level, for all devices",
		["server", "--id", "+", "--config", file("t1.json", '{"topics":{"telemetry":"home/lamp-{id}"}}')],
		't1.json:1:12: topics.telemetry: for all devices {id} must be a whole level of "home/lamp-{id}"',
	],
	[
		"a server without telemetry",
		["server", "--config", file("t2.json", '{"topics":{"telemetry":null}}')],
		"t2.json:1:12: topics.telemetry: the server needs it, got null",
	],
	[
		"a server without commands, before anything is started",
		["up", "--port", "0", "--config", file("t3.json", '{"topics":{"commands":null}}')],
		"t3.json:1:12: topics.commands: the server needs it, got null",
	],
	[
		"a command for a device that takes none",
		["send", "lamp", "{}", "--config", file("t5.json", '{"topics":{"commands":null}}')],
		"t5.json:1:12: topics.commands: got null, so the device takes no commands",
	],
	["a group that is none", ["command", "--group", "a/b", '{"a":1}'], "--group must be"],
	[
		"a group and an id",
		["command", "--group", "g", "lamp", '{"a":1}'],
		"with --group wants JSON alone, got 2 words; leave the ID out, and quote the JSON",
	],
	[
		"waiting for a group's command that nothing keeps",
		["command", "--group", "g", '{"a":1}', "--wait"],
		"--wait goes with --policy",
	],
	[
		"an expiry of a group's command that nothing keeps",
		["command", "--group", "g", '{"a":1}', "--expires", "5"],
		"--expires goes with --policy",
	],
	["a command without an id", ["command", '{"a":1}'], "wants ID and JSON, or --group GROUP and JSON"],
	[
		"an order for a device that answers nowhere",
		["command", "lamp", '{"a":1}', "--config", file("t6.json", '{"topics":{"responses":null}}')],
		"t6.json:1:12: topics.responses: got null, so nothing is said of orders",
	],
	[
		"a wildcard in a topic",
		["device", "--config", file("t4.json", '{"topics":{"state":"{id}/#"}}')],
		'topics.state: got "{id}/#", wants 1 to 65535 characters of a topic name, without "+", "#"',
	],
	["an empty address", ["broker", "--host", ""], "It must be an address"],
	["an empty address of the broker beside a device", ["up", "--host", ""], "It must be an address"],
	[
		"a host that is none",
		["broker", "--port", "0", "--host", "nope.invalid"],
		"--host: nope.invalid is not an address of this machine; choose another with --host, for example 127.0.0.1",
	],
	[
		"an address of another machine",
		["up", "--port", "0", "--host", "192.0.2.1"],
		"--host: 192.0.2.1 is not an address of this machine; choose another with --host, for example 127.0.0.1",
	],
	...(["broker", "up"] as const).map(
		(command): WrongLine => [
			`one port for two options of ${command}`,
			[command, "--port", "21000", "--ws-port", "21000"],
			"--port and --ws-port name the same port: give each its own",
		],
	),
	[
		"one port for two options with TLS",
		["broker", "--tls-port", "21000", "--wss-port", "21000", "--cert", "none", "--key", "none"],
		"--tls-port and --wss-port name the same port: give each its own",
	],
	...["--password", "--pass", "--pw", "-P"].flatMap((option): typeof WRONG =>
		[[option, SECRET], [`${option}${option.length > 2 ? "=" : ""}${SECRET}`]].map((words) => [
			`a password in ${words.length} words behind ${option}`,
			["device", ...words],
			"a password comes from a file (--password-file) or from the environment (NIGHTLIGHT_PASSWORD), never",
		]),
	),
	["a secret in an unknown option", ["device", `--secret=${SECRET}`], "unknown option '--secret'"],
	["a secret in an unknown short option", ["device", `-s${SECRET}`], "unknown option '-s'"],
	["a password where there is none", ["broker", `--password=${SECRET}`], "unknown option '--password'"],
	[
		"an unknown command to help",
		["help", "devise"],
		"unknown command 'devise' (Did you mean device?); see nightlight --help",
	],
	[
		"a secret under a misspelt key",
		["device", "--config", file("8.json", `{"mqtt":{"pasword":"${SECRET}"}}`)],
		"8.json:1:10: mqtt.pasword: got a value, wants no such key, only clientId, username, password,",
	],
	[
		"a secret in what is not JSON",
		["device", "--config", file("9.json", `{"mqtt":\n{"password":${SECRET}}}`)],
		"9.json:2:13: not JSON",
	],
	["a port out of range", ["broker", "--port", "70000"], "a whole number from 0 to 65535"],
	["a threshold that is no number", ["server", "--threshold", "dark"], "a number"],
	["a server's name with a space", ["server", "--name", "a b"], '1 to 32 of letters, digits, "-", "_", "."'],
	["a server's name of 33 characters", ["up", "--name", "a".repeat(33)], "1 to 32"],
];

describe("a wrong command line", () => {
	it.each(WRONG)("is answered: %s, with one line and exit code 2", async (_, words, line) => {
		const { code, output, errors } = await runHere(words, { cwd });
		expect(errors.trimEnd()).toContain(line);
		expect(errors.trimEnd().split("\n")).toHaveLength(1);
		expect(errors).toMatch(/^nightlight: /);
		expect(errors).not.toContain(SECRET);
		expect(output).toBe("");
		expect(code).toBe(2);
	});
});
