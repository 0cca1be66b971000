import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { MODEL_ID } from "../../../../firmware/profiles/azure-iot-hub/model.js";
import { ROOT } from "../../../house/firmware-files.js";
import { HubRig } from "./rig.js";

interface Content {
	readonly "@type": string;
	readonly name: string;
	readonly writable?: boolean;
}

const model = JSON.parse(readFileSync(join(ROOT, "firmware/profiles/azure-iot-hub/model.json"), "utf8")) as {
	"@id": string;
	contents: readonly Content[];
};

const named = (type: string, fits: (content: Content) => boolean = () => true) =>
	model.contents.filter((content) => content["@type"] === type && fits(content)).map(({ name }) => name);

it("the model describes what the device sends, reports, and obeys", () => {
	const rig = new HubRig();
	rig.after(1000);
	expect(rig.eventsOf("connected")[0]?.modelId).toBe(model["@id"]);
	expect(MODEL_ID).toBe(model["@id"]);
	expect(Object.keys(rig.telemetry[0]?.body ?? {})).toEqual(named("Telemetry"));
	for (const name of named("Property", ({ writable }) => writable === true)) rig.desire({ [name]: 500 });
	const { $version: _, ...reported } = rig.reported;
	expect(Object.keys(reported).sort()).toEqual(named("Property").sort());
	const methods = named("Command");
	expect(rig.invoke("another", {})).toMatchObject({
		status: 404,
		payload: { reason: expect.stringContaining(methods.join(", ")) },
	});
	// The one that restarts it comes last.
	for (const method of [...methods.filter((name) => name !== "reboot"), "reboot"]) {
		const outcome = rig.invoke(method, method === "setLed" ? true : {});
		expect(outcome, method).toMatchObject({ ok: true, status: 200 });
	}
});
