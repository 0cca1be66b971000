import { describe, expect, it } from "vitest";
import { AccessList } from "../../../host-sim/access/access-list.js";
import { identitiesOf, mayWrite } from "../../../host-sim/access/table.js";

const NOW = Date.parse("2026-11-28T00:00:00Z");
const LATER = new Date(NOW + 1000);
const members = { devices: new Map([["lamp", ["garden"]]]), operators: ["operator"] };
const list = new AccessList(identitiesOf(members), ["0bad"]);

describe("a client with a certificate of the CA", () => {
	it.each(["lamp", "server", "page", "operator"])("is let in as %s", (commonName) => {
		const admission = list.admit({ commonName, serial: "01", until: LATER }, NOW);
		expect(admission).toEqual({ kind: "admitted", name: commonName });
	});

	it.each([
		["revoked", { commonName: "lamp", serial: "0bad", until: LATER }, "the certificate of lamp was revoked"],
		[
			"at its end",
			{ commonName: "lamp", serial: "01", until: new Date(NOW) },
			"the certificate of lamp has expired",
		],
		["without a name", { commonName: undefined, serial: "01", until: LATER }, "no common name"],
		[
			"of a name that is not in the table",
			{ commonName: "desk", serial: "01", until: LATER },
			"desk has no access",
		],
		["of a group's name", { commonName: "garden", serial: "01", until: LATER }, "garden has no access"],
		["of no name", { commonName: "", serial: "01", until: LATER }, "has no access"],
		[
			"of a name that objects have",
			{ commonName: "constructor", serial: "01", until: LATER },
			"has no access",
		],
	])("%s is not let in", (_name, certificate, reason) => {
		expect(list.admit(certificate, NOW)).toEqual({
			kind: "refused",
			reason: expect.stringContaining(reason),
		});
	});

	it("has no rights if it is not known", () => {
		expect(list.rightsOf("desk")).toEqual({ writes: [], reads: [] });
		expect(mayWrite(list.rightsOf("lamp"), "lamp/telemetry")).toBe(true);
	});
});
