import { hex } from "./support.js";

/** CONNECT with flags and what follows the keep-alive. */
const connect = (flags: string, payload: string): string => {
	const body = `0004 4d515454 04 ${flags} 0000 ${payload}`;
	return `10 ${hex(body).length.toString(16).padStart(2, "0")} ${body}`;
};

/** What may not be a connection's first packet. */
export const FIRST: readonly [what: string, clause: string, bytes: string][] = [
	["PINGREQ", "MQTT-3.1.0-1", "c0 00"],
	["PUBLISH", "MQTT-3.1.0-1", "30 03 0001 61"],
	["DISCONNECT", "MQTT-3.1.0-1", "e0 00"],
	["another protocol's name", "MQTT-3.1.2-1", "10 0f 0006 4d5149736470 03 02 0000 0001 61"],
	["the reserved flag", "MQTT-3.1.2-3", connect("03", "0001 61")],
	["a will QoS without a will", "MQTT-3.1.2-13", connect("0a", "0001 61")],
	["a will with QoS 3", "MQTT-3.1.2-14", connect("1e", "0001 61 0001 74 0001 77")],
	["will retain without a will", "MQTT-3.1.2-15", connect("22", "0001 61")],
	["a password without a user", "MQTT-3.1.2-22", connect("42", "0001 61 0001 70")],
	["a will topic with a wildcard", "MQTT-3.3.2-2", connect("06", "0001 61 0001 23 0001 77")],
	["an empty will topic", "MQTT-4.7.3-1", connect("06", "0001 61 0000 0001 77")],
	["a name that is not UTF-8", "MQTT-1.5.3-1", connect("02", "0002 c3 28")],
	["a name with U+0000", "MQTT-1.5.3-2", connect("02", "0001 00")],
	["a name beyond the end", "2.2.3", connect("02", "0002 61")],
	["no name", "2.2.3", connect("02", "")],
	["a will that is not there", "2.2.3", connect("06", "0001 61")],
	["more than its flags say", "MQTT-3.1.3-1", connect("02", "0001 61 00")],
	["flags in the fixed header", "MQTT-2.2.2-2", "11 00"],
	["nothing in it", "2.2.3", "10 00"],
];

/** What may not follow CONNECT. */
export const LATER: readonly [what: string, clause: string, bytes: string][] = [
	["a second CONNECT", "MQTT-3.1.0-2", connect("02", "0001 61")],
	["a second CONNECT at another level", "MQTT-3.1.0-2", "10 07 0004 4d515454 05"],
	["packet type 0", "2.2.1", "00 00"],
	["packet type 15", "2.2.1", "f0 00"],
	["CONNACK", "2.2.1", "20 02 0000"],
	["SUBACK", "2.2.1", "90 03 0001 00"],
	["UNSUBACK", "2.2.1", "b0 02 0001"],
	["PINGRESP", "2.2.1", "d0 00"],
	["PUBACK with flags", "MQTT-2.2.2-2", "42 02 0001"],
	["PUBREL without flags", "MQTT-2.2.2-2", "60 02 0001"],
	["SUBSCRIBE without flags", "MQTT-2.2.2-2", "80 06 0001 0001 61 00"],
	["UNSUBSCRIBE without flags", "MQTT-2.2.2-2", "a0 05 0001 0001 61"],
	["DISCONNECT with flags", "MQTT-2.2.2-2", "e1 00"],
	["five bytes of Remaining Length", "2.2.3", "30 80 80 80 80 01"],
	["PINGREQ with a body", "2.2.3", "c0 01 00"],
	["PUBACK that is short", "2.2.3", "40 01 00"],
	["PUBACK that is long", "2.2.3", "40 03 0001 00"],
	["PUBACK with packet id 0", "MQTT-2.3.1-1", "40 02 0000"],
	["PUBLISH with QoS 3", "MQTT-3.3.1-4", "36 05 0001 61 0001"],
	["PUBLISH with QoS 0 and DUP", "MQTT-3.3.1-2", "38 03 0001 61"],
	["PUBLISH with packet id 0", "MQTT-2.3.1-1", "32 05 0001 61 0000"],
	["PUBLISH without a topic", "2.2.3", "30 00"],
	["PUBLISH without a packet id", "2.2.3", "32 04 0001 61 00"],
	["PUBLISH with a topic beyond its end", "2.2.3", "30 03 0002 61"],
	["PUBLISH with an empty topic", "MQTT-4.7.3-1", "30 02 0000"],
	["PUBLISH with # in its topic", "MQTT-3.3.2-2", "30 05 0003 612f23"],
	["PUBLISH with + in its topic", "MQTT-3.3.2-2", "30 04 0002 612b"],
	["PUBLISH with U+0000 in its topic", "MQTT-1.5.3-2", "30 04 0002 6100"],
	["PUBLISH with a surrogate in its topic", "MQTT-1.5.3-1", "30 05 0003 eda080"],
	["SUBSCRIBE without a filter", "MQTT-3.8.3-3", "82 02 0001"],
	["SUBSCRIBE with packet id 0", "MQTT-2.3.1-1", "82 06 0000 0001 61 00"],
	["SUBSCRIBE with QoS 3", "MQTT-3.8.3-4", "82 06 0001 0001 61 03"],
	["SUBSCRIBE with a reserved bit", "MQTT-3.8.3-4", "82 06 0001 0001 61 10"],
	["SUBSCRIBE without a QoS", "2.2.3", "82 05 0001 0001 61"],
	["SUBSCRIBE to nothing", "MQTT-4.7.3-1", "82 05 0001 0000 00"],
	["# that is not last", "MQTT-4.7.1-2", "82 08 0001 0003 232f61 00"],
	["# within a level", "MQTT-4.7.1-2", "82 07 0001 0002 6123 00"],
	["+ within a level", "MQTT-4.7.1-3", "82 07 0001 0002 2b61 00"],
	["UNSUBSCRIBE without a filter", "MQTT-3.10.3-2", "a2 02 0001"],
	["UNSUBSCRIBE from nothing", "MQTT-4.7.3-1", "a2 04 0001 0000"],
];
