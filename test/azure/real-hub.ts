import { X509Certificate } from "node:crypto";
import { Authority } from "../support/certificates.js";
import { type ServiceSdk, sdk, serviceSdk } from "./sdk.js";
import type { Access, HubUnderTest, Kind } from "./target.js";

/**
 * A real hub, by the connection string of a policy that may do all (`iothubowner`). Makes devices in it, and removes them
 * at the end. Never run so far: whoever has a hub can prove the emulator wrong with it.
 */
export async function useRealHub(connectionString: string): Promise<HubUnderTest> {
	const service = serviceSdk();
	const registry = service.Registry.fromConnectionString(connectionString);
	const client = service.Client.fromConnectionString(connectionString);
	const host = /HostName=([^;]+)/.exec(connectionString)?.[1] ?? "";
	const prefix = `nightlight-${Date.now().toString(36)}`;
	const [keyed, thumb] = [`${prefix}-keyed`, `${prefix}-thumb`];
	const own = new Authority(thumb).issue({ names: [thumb] });
	const thumbprint = new X509Certificate(own.cert).fingerprint.replaceAll(":", "");
	await registry.create({ deviceId: keyed });
	await registry.create({
		deviceId: thumb,
		authentication: {
			type: "selfSigned",
			x509Thumbprint: { primaryThumbprint: thumbprint, secondaryThumbprint: thumbprint },
		},
	});
	await registry.addModule({ deviceId: keyed, moduleId: "mod1" });
	const keyOf = async (module?: string) => {
		const { responseBody } = await (module === undefined
			? registry.get(keyed)
			: registry.getModule(keyed, module));
		return responseBody.authentication.symmetricKey.primaryKey;
	};
	const [deviceKey, moduleKey] = [await keyOf(), await keyOf("mod1")];
	const accesses: Partial<Record<Kind, Access>> = {
		sas: access(keyed, `HostName=${host};DeviceId=${keyed};SharedAccessKey=${deviceKey}`),
		websocket: access(keyed, `HostName=${host};DeviceId=${keyed};SharedAccessKey=${deviceKey}`),
		x509: { ...access(thumb, `HostName=${host};DeviceId=${thumb};x509=true`), options: { ...own } },
		module: access(
			`${keyed}/mod1`,
			`HostName=${host};DeviceId=${keyed};ModuleId=mod1;SharedAccessKey=${moduleKey}`,
		),
	};
	return {
		name: "a real hub",
		kinds: Object.keys(accesses) as Kind[],
		access: (kind) => accesses[kind] as Access,
		...serviceOf(client, registry),
		stop: async () => {
			await client.close().catch(() => {});
			for (const device of [keyed, thumb]) await registry.delete(device);
		},
	};
}

const access = (id: string, connectionString: string): Access => ({ id, connectionString, options: {} });

type Client = ReturnType<ServiceSdk["Client"]["fromConnectionString"]>;
type Registry = ReturnType<ServiceSdk["Registry"]["fromConnectionString"]>;

const serviceOf = (
	client: Client,
	registry: Registry,
): Pick<HubUnderTest, "send" | "invoke" | "twin" | "desire"> => ({
	send: async (id, body, properties) => {
		const message = new (sdk().Message)(body);
		for (const [name, value] of Object.entries(properties)) message.properties.add(name, value);
		// It goes over AMQP, unlike all else; a client that is open stays so.
		await client.open();
		await client.send(id, message);
	},
	invoke: async (id, methodName, payload) => {
		const { result } = await client.invokeDeviceMethod(...(id.split("/") as [string]), {
			methodName,
			payload,
		});
		return result;
	},
	twin: async (id) => {
		const [device = "", module] = id.split("/");
		const got = module === undefined ? registry.getTwin(device) : registry.getModuleTwin(device, module);
		return (await got).responseBody;
	},
	desire: async (id, desired) => {
		const [device = "", module] = id.split("/");
		const patch = { properties: { desired } };
		await (module === undefined
			? registry.updateTwin(device, patch, "*")
			: registry.updateModuleTwin(device, module, patch, "*"));
	},
});
