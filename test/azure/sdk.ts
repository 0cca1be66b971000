import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { isInstalled } from "../support/lane-package.js";
import type { Requirement } from "../support/requires.js";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** Microsoft's SDK for Node, which is in a package of its own: 250 packages that most tests do not need. */
export const azureSdk: Requirement = {
	name: "Microsoft's IoT SDK",
	install: "npm ci --prefix test/azure",
	isThere: () => isInstalled(FOLDER),
};

/** A message of the SDK. */
export interface SdkMessage {
	messageId: string;
	contentType: string;
	contentEncoding: string;
	getData(): Buffer;
	readonly properties: {
		add(name: string, value: string): void;
		getValue(name: string): string | undefined;
	};
}

export interface SdkTwin {
	readonly properties: {
		readonly desired: Readonly<Record<string, unknown>>;
		readonly reported: Readonly<Record<string, unknown>> & {
			update(patch: object, done: (error?: Error) => void): void;
		};
	};
	on(event: "properties.desired", hear: (delta: Readonly<Record<string, unknown>>) => void): void;
}

interface MethodRequest {
	readonly payload: unknown;
}

interface MethodResponse {
	send(status: number, payload: unknown, done: (error?: Error) => void): void;
}

type MethodHandler = (request: MethodRequest, response: MethodResponse) => void;

/** The parts of the SDK's clients that the tests use. */
export interface SdkClient {
	setOptions(options: object): Promise<unknown>;
	open(): Promise<unknown>;
	close(): Promise<unknown>;
	sendEvent(message: SdkMessage): Promise<unknown>;
	sendOutputEvent(output: string, message: SdkMessage): Promise<unknown>;
	complete(message: SdkMessage): Promise<unknown>;
	getTwin(): Promise<SdkTwin>;
	onDeviceMethod(name: string, handler: MethodHandler): void;
	onMethod(name: string, handler: MethodHandler): void;
	on(event: "message", hear: (message: SdkMessage) => void): void;
	on(event: "disconnect" | "connect" | "error", hear: (error?: Error) => void): void;
}

interface Factory {
	fromConnectionString(text: string, transport: unknown): SdkClient;
	fromAuthenticationProvider(provider: unknown, transport: unknown): SdkClient;
}

interface Sdk {
	readonly Client: Factory;
	readonly ModuleClient: Factory;
	readonly Message: new (body: string) => SdkMessage;
	readonly SharedAccessKeyAuthenticationProvider: {
		fromConnectionString(text: string, validSeconds: number, marginSeconds: number): unknown;
	};
	readonly Mqtt: unknown;
	readonly MqttWs: unknown;
}

const load = createRequire(import.meta.url);

/** The SDK for devices. @throws Error if it is not installed */
export const sdk = (): Sdk => ({ ...load("azure-iot-device"), ...load("azure-iot-device-mqtt") }) as Sdk;

/** The parts of the SDK for services that the tests use. */
export interface ServiceSdk {
	readonly Registry: {
		fromConnectionString(text: string): {
			create(device: object): Promise<unknown>;
			addModule(module: object): Promise<unknown>;
			get(device: string): Promise<{ readonly responseBody: IdentityBody }>;
			getModule(device: string, module: string): Promise<{ readonly responseBody: IdentityBody }>;
			getTwin(device: string): Promise<{ readonly responseBody: TwinBody }>;
			getModuleTwin(device: string, module: string): Promise<{ readonly responseBody: TwinBody }>;
			updateModuleTwin(
				device: string,
				module: string,
				patch: object,
				etag: string,
			): Promise<{ readonly responseBody: TwinBody }>;
			updateTwin(device: string, patch: object, etag: string): Promise<{ readonly responseBody: TwinBody }>;
			delete(device: string): Promise<unknown>;
		};
	};
	readonly Client: {
		fromConnectionString(text: string): {
			open(): Promise<unknown>;
			close(): Promise<unknown>;
			send(device: string, message: unknown): Promise<unknown>;
			invokeDeviceMethod(
				device: string,
				...rest: readonly unknown[]
			): Promise<{ readonly result: { readonly status: number; readonly payload: unknown } }>;
		};
	};
}

interface IdentityBody {
	readonly authentication: { readonly symmetricKey: { readonly primaryKey: string } };
}

export interface TwinBody {
	readonly properties: {
		readonly desired: Readonly<Record<string, unknown>>;
		readonly reported: Readonly<Record<string, unknown>>;
	};
}

/** The SDK for services: for a real hub only. @throws Error if it is not installed */
export const serviceSdk = (): ServiceSdk => load("azure-iothub") as ServiceSdk;

/** A message as the SDK sends it. */
export function newMessage(body: string, properties: Readonly<Record<string, string>> = {}): SdkMessage {
	const message = new (sdk().Message)(body);
	for (const [name, value] of Object.entries(properties)) message.properties.add(name, value);
	return message;
}
