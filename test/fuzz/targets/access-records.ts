import { aclFile } from "../../../host-sim/access/acl-file.js";
import { FolderError } from "../../../host-sim/access/folder-error.js";
import { recordsOf } from "../../../host-sim/access/read-access.js";
import { recordsText } from "../../../host-sim/access/records.js";
import { identitiesOf, rightsOf } from "../../../host-sim/access/table.js";
import { bytesOf, looseText } from "../bytes.js";
import { spoilt } from "../mutate.js";
import type { Random } from "../random.js";
import { demand, demandSame, type Target, unless } from "../target.js";

const NAMES = ["lamp", "a-1", "x.y_z"];
const ODD_NAMES = ["server", "Broker", "+", "#", "a/b", "", "$SYS", "a\nuser server", "é", "__proto__"];

/** Records that are right, or nearly so. */
function anyRecords(random: Random): string {
	const name = () => random.pick(random.chance(0.1) ? ODD_NAMES : NAMES);
	const names = () => Array.from({ length: random.below(3) }, name);
	const certificate = () => ({
		...{ name: name(), serial: random.pick(["01ab", "FF", ""]), until: random.pick(["2027-01-01", "soon"]) },
		...(random.chance(0.3) && { revoked: "2026-01-01T00:00:00Z" }),
	});
	return JSON.stringify({
		hosts: random.chance(0.9) ? ["127.0.0.1"] : names(),
		port: random.pick([8883, 8883, 1, 0, 70_000, "8883"]),
		devices: Object.fromEntries(names().map((device) => [device, names()])),
		operators: ["operator", ...names()],
		certificates: Array.from({ length: random.below(3) }, certificate),
	});
}

/** What a folder of `nightlight provision` remembers, by which brokers give rights. */
export const accessRecords: Target = {
	name: "access-records",
	covers: ["host-sim/access/records.ts", "host-sim/access/acl-file.ts"],
	share: 2,
	generate: (random) => spoilt(bytesOf(anyRecords(random)), random, 0.3),
	run: (input) => {
		const text = looseText(input);
		let problem = "";
		const records = unless(FolderError, () => {
			try {
				return recordsOf(text);
			} catch (error) {
				problem = (error as Error).message;
				throw error;
			}
		});
		if (records === undefined) {
			demand(problem.length > 0 && problem.length < 500 && !/[\r\n]/.test(problem), "a problem in a line");
			return "damaged";
		}
		demandSame(recordsText(recordsOf(recordsText(records))), recordsText(records), "read again");
		const identities = identitiesOf(records);
		for (const identity of identities.filter(({ role }) => role === "device")) {
			const { writes, reads } = rightsOf(identity);
			const own = (topic: string) => topic.startsWith(`${identity.name}/`) || topic.startsWith("groups/");
			demand(
				[...writes, ...reads].every((topic) => own(topic) && !/[+#]/.test(topic)),
				"a right of others",
			);
		}
		const users = aclFile(identities).match(/^user /gm)?.length ?? 0;
		demand(users === identities.length, "a line that is no client's");
		return "records";
	},
};
