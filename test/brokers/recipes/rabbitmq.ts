import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rabbitmqPath, rabbitmqServer } from "../../support/requires.js";
import type { Recipe } from "../rig/broker.js";
import { freePorts } from "../rig/ports.js";

/**
 * RabbitMQ with its plugins for MQTT, as an Erlang node of its own: its name, its ports, its cookie (in
 * HOME), and its port mapper, `epmd`, are no other node's, and none of its ports is open to the network.
 */
export const rabbitmq: Recipe = {
	needs: [rabbitmqServer],
	prepare: async (folder, { username, password }) => {
		const [port, webPort, epmdPort, nodePort] = (await freePorts(4)) as [number, number, number, number];
		const file = (name: string, ...lines: readonly string[]): string => {
			const path = join(folder, name);
			writeFileSync(path, `${lines.join("\n")}\n`, { mode: 0o600 });
			return path;
		};
		const { PATH, LANG = "C.UTF-8" } = process.env;
		const env = {
			PATH,
			LANG,
			HOME: folder,
			ERL_EPMD_ADDRESS: "127.0.0.1",
			ERL_EPMD_PORT: `${epmdPort}`,
			RABBITMQ_NODENAME: `nightlight-${port}@localhost`,
			RABBITMQ_DIST_PORT: `${nodePort}`,
			RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
			RABBITMQ_CONF_ENV_FILE: "/dev/null",
			RABBITMQ_CONFIG_FILE: file(
				"rabbitmq.conf",
				"listeners.tcp = none",
				`default_user = ${username}`,
				`default_pass = ${password}`,
				`mqtt.default_user = ${username}`,
				`mqtt.default_pass = ${password}`,
				`mqtt.listeners.tcp.1 = 127.0.0.1:${port}`,
				"mqtt.allow_anonymous = true",
				"web_mqtt.tcp.ip = 127.0.0.1",
				`web_mqtt.tcp.port = ${webPort}`,
			),
			RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, "advanced.config"),
			RABBITMQ_ENABLED_PLUGINS_FILE: file("enabled_plugins", "[rabbitmq_mqtt,rabbitmq_web_mqtt]."),
			RABBITMQ_FEATURE_FLAGS_FILE: join(folder, "feature_flags"),
			RABBITMQ_MNESIA_BASE: join(folder, "mnesia"),
			RABBITMQ_LOG_BASE: join(folder, "log"),
			RABBITMQ_LOGS: "-",
			RABBITMQ_PID_FILE: join(folder, "pid"),
			// Has the script become the node, so that a signal reaches it.
			RUNNING_UNDER_SYSTEMD: "1",
		};
		return {
			port,
			webSocket: `ws://127.0.0.1:${webPort}/ws`,
			command: rabbitmqPath as string,
			words: [],
			env,
			beside: {
				port: epmdPort,
				command: "epmd",
				words: ["-port", `${epmdPort}`, "-address", "127.0.0.1"],
				env,
			},
			ready: /Server startup complete/,
			version: /Starting RabbitMQ (\S+)/,
		};
	},
};
