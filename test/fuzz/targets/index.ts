import type { Target } from "../target.js";
import { accessRecords } from "./access-records.js";
import { answers } from "./answers.js";
import { azureHub } from "./azure-hub.js";
import { azureTexts } from "./azure-texts.js";
import { brokerUrl } from "./broker-url.js";
import { commands } from "./commands.js";
import { config } from "./config.js";
import { decoder } from "./decoder.js";
import { device } from "./device.js";
import { engineFrames } from "./engine-frames.js";
import { faultFile } from "./fault-file.js";
import { addresses, fileName, valueFile } from "./host-files.js";
import { keyValueStore } from "./key-value-store.js";
import { lightCsv, lightStream, lightText } from "./light.js";
import { nativeCalls } from "./native-calls.js";
import { orders } from "./orders.js";
import { outboxStore } from "./outbox-store.js";
import { packetScanner } from "./packet-scanner.js";
import { passwordFile } from "./password-file.js";
import { radio } from "./radio.js";
import { reasons } from "./reasons.js";
import { recording } from "./recording.js";
import { records } from "./records.js";
import { ruleFile } from "./rule-file.js";
import { session } from "./session.js";
import { settings } from "./settings.js";
import { telemetry } from "./telemetry.js";
import { topic } from "./topic.js";
import { topics } from "./topics.js";
import { utf8 } from "./utf8.js";
import { webSocket } from "./websocket.js";
import { webSocketFrames } from "./websocket-frames.js";
import { webSocketHandshake } from "./websocket-handshake.js";

/** Everything that is fuzzed, what takes longest first. */
export const TARGETS: readonly Target[] = Object.freeze([
	settings,
	azureHub,
	device,
	recording,
	webSocket,
	session,
	radio,
	outboxStore,
	keyValueStore,
	decoder,
	records,
	utf8,
	topic,
	webSocketFrames,
	webSocketHandshake,
	commands,
	answers,
	config,
	telemetry,
	orders,
	packetScanner,
	passwordFile,
	topics,
	azureTexts,
	brokerUrl,
	reasons,
	lightText,
	lightStream,
	lightCsv,
	engineFrames,
	nativeCalls,
	faultFile,
	ruleFile,
	accessRecords,
	fileName,
	valueFile,
	addresses,
]);
