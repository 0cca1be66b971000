import type { Config } from "../../firmware/config.js";

/** Where a device reports and takes commands, and says what it is; `undefined` for what it does not use. */
export type DeviceTopics = { readonly [Name in keyof Config["topics"]]: string | undefined };

/** The topics of a configuration for a device: its own, or the one with this id. */
export function topicsOf({ id, topics }: Pick<Config, "id" | "topics">, other = id): DeviceTopics {
	const { telemetry, commands, status, state, acks, responses } = topics;
	const put = (template: string | null) => template?.replace("{id}", () => other);
	return {
		telemetry: put(telemetry),
		commands: put(commands),
		status: put(status),
		state: put(state),
		acks: put(acks),
		responses: put(responses),
	};
}

/** Where a device's orders go, if its server takes any: nothing else may be there. */
export function ordersOf(topics: Config["topics"], id: string): string | undefined {
	const topic = `${id}/orders`;
	const others = topicsOf({ id, topics });
	const isTaken = Object.values(others).includes(topic);
	return isTaken || others.responses === undefined || others.commands === undefined ? undefined : topic;
}
