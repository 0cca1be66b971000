import { Command } from "commander";
import type { Lifecycle } from "./lifecycle.js";
import { type ProvisionOptions, withProvision } from "./provision-options.js";

const EXAMPLES = `
Examples:
  nightlight provision --device lamp                        makes the folder access
  nightlight provision --device lamp:garden,house           and lamp obeys its groups
  nightlight provision --devices 20 --id stand --host broker.local --host 192.168.1.2
  nightlight provision --operator anna                      who gives orders while operator.json is in use
  nightlight provision                                      renews what ends within 30 days
  nightlight provision --revoke lamp                        lamp was stolen
  nightlight provision --revoke lamp --device lamp          a new certificate for the new lamp

Then, with an access of its own for each:
  nightlight broker --access access                         or: mosquitto -c access/mosquitto.conf
  nightlight server --id + --config access/server.json      with --page: --page-config access/page.json
  nightlight device --config access/lamp.json
  nightlight command lamp '{"led_on":true}' --config access/operator.json

A device needs ca.pem and its own three files, nothing else. Keep ca.key: whoever has it makes certificates.
Who may do what, and what is not protected: docs/security.md.`;

/** `nightlight provision` */
export const provisionCommand = (lifecycle: Lifecycle): Command =>
	withProvision(new Command("provision"))
		.description("make certificates and a broker's configuration, so that each device has its own access")
		.addHelpText("after", EXAMPLES)
		.action(async (options: ProvisionOptions) => {
			const { runProvision } = await import("./run-provision.js");
			await runProvision(options);
			await lifecycle.written();
		});
