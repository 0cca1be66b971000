import { readBag, writeBag } from "../../../host-sim/azure-iot-hub/core/property-bag.js";
import { isSignedWith, readToken } from "../../../host-sim/azure-iot-hub/core/sas.js";
import { readFilter, readTopic } from "../../../host-sim/azure-iot-hub/core/topics.js";
import { readUserName } from "../../../host-sim/azure-iot-hub/core/user-name.js";
import { bytesOf, looseText } from "../bytes.js";
import { spoilt } from "../mutate.js";
import { demand, demandSame, type Target } from "../target.js";

const TEXTS = [
	"contoso.azure-devices.net/dev1/?api-version=2021-04-12&DeviceClientType=node%2F1&model-id=dtmi:a:b;1",
	"h/d/m/api-version=2016-11-14",
	"SharedAccessSignature sr=h%2Fdevices%2Fd&sig=S3cR3t%3D&se=1893456000&skn=device",
	"%24.mid=msg%201&%24.ct=application%2Fjson&temp%20alert=true&k2=&k3",
	"?a=b/",
	"$iothub/twin/PATCH/properties/reported/?$rid=1&$version=2",
	"$iothub/methods/res/200/?$rid=a",
	"devices/d/messages/events/a=b",
	"devices/d/modules/m/inputs/#",
];

/** The texts of user names, tokens, topics and property bags. */
export const azureTexts: Target = {
	name: "azure-texts",
	covers: [
		"host-sim/azure-iot-hub/core/property-bag.ts",
		"host-sim/azure-iot-hub/core/sas.ts",
		"host-sim/azure-iot-hub/core/topics.ts",
		"host-sim/azure-iot-hub/core/user-name.ts",
	],
	share: 3,
	generate: (random) => spoilt(bytesOf(random.pick(TEXTS)), random, 0.2),
	run: (input) => {
		const text = looseText(input);
		const found: string[] = [];
		const bag = readBag(text);
		if (bag !== undefined) {
			demandSame(
				JSON.stringify(readBag(writeBag(bag))),
				JSON.stringify(bag),
				"a bag is read otherwise again",
			);
			found.push("bag");
		}
		const token = readToken(text);
		if (typeof token === "string") demand(!token.includes("S3cR3t"), "tells a signature");
		else {
			demand(Number.isSafeInteger(token.expires) && token.expires >= 0, "an expiry that is none");
			demand(!isSignedWith(token, Buffer.from("nobody's").toString("base64")), "is signed with any key");
			found.push("token");
		}
		const user = readUserName(text);
		if (typeof user !== "string") {
			demand(user.host !== "" && user.device !== "" && user.module !== "", "an empty id");
			demand(
				![user.host, user.device, user.module ?? ""].some((id) => id.includes("/")),
				"an id with a slash",
			);
			found.push("user");
		}
		const publication = readTopic({ device: "d" }, text);
		if (publication !== undefined) {
			demand(publication.kind === "telemetry" || publication.rid !== undefined, "a request without an id");
			found.push(publication.kind);
		}
		if (readFilter({ device: "d", module: "m" }, text) !== undefined) found.push("filter");
		return found.join(" ");
	},
};
