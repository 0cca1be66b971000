import { Command } from "commander";
import type { Lifecycle } from "./lifecycle.js";
import { type PackOptions, withForce, withLogin } from "./options.js";

const EXAMPLES = `
Examples:
  nightlight pack --config lamp.json nightlight-wio-terminal.uf2
  nightlight pack --config lamp.json --id lamp-7 --out lamp-7.uf2 nightlight-wio-terminal.uf2

lamp.json names at least the Wi-Fi network and the broker:
  { "id": "lamp", "wifi": { "ssid": "home", "password": { "file": "wifi-password.txt" } },
    "broker": { "host": "192.168.1.2" } }

Then press the board's reset switch twice, quickly, and copy the file to the drive that appears.
Anybody who has the board can read what is in it, the passwords too.`;

/** `nightlight pack` */
export const packCommand = (lifecycle: Lifecycle): Command =>
	withForce(withLogin(new Command("pack"), "none"))
		.description("write a configuration into a copy of an image for a Wio Terminal")
		.argument("<image>", "a UF2 file, as npm run build:wio-terminal makes it")
		.option("--id <id>", "the device's id, if the configuration has none: each board needs its own")
		.option("--out <file>", "the copy's name (default: the image's name and the id)")
		.addHelpText("after", EXAMPLES)
		.action(async (image: string, options: PackOptions) => {
			const { runPack } = await import("./run-pack.js");
			runPack(image, options);
			await lifecycle.written();
		});
