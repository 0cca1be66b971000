import { readPasswordFile } from "../../../host-sim/broker/password-file.js";
import { bytesOf, looseText } from "../bytes.js";
import { spoilt } from "../mutate.js";
import { demand, type Target, unless } from "../target.js";

const HASH = "A".repeat(86);
const LINES = [
	`lamp:$7$101$c2FsdA==$${HASH}==`,
	`server:$6$c2FsdA==$${HASH}==`,
	`s3cret:$7$0$c2FsdA==$${HASH}==`,
	"lamp:s3cret",
	"# a comment",
	"",
	`:$6$c2FsdA==$${HASH}==`,
	"$argon2id$v=19$m=47104,t=1,p=1$c2FsdA$aGFzaA",
];
const ENDS = ["\n", "\r\n", "\r", ""];

export const passwordFile: Target = {
	name: "password-file",
	covers: ["host-sim/broker/password-file.ts"],
	share: 1,
	generate: (random) => {
		const lines = Array.from({ length: random.small(5) }, () => random.pick(LINES) + random.pick(ENDS));
		return spoilt(bytesOf(lines.join("")), random, 0.5);
	},
	run: async (input) => {
		const text = looseText(input);
		let problem = "";
		const users = unless(RangeError, () => {
			try {
				return readPasswordFile(text);
			} catch (error) {
				problem = (error as Error).message;
				throw error;
			}
		});
		if (users === undefined) {
			demand(/^line [1-9][0-9]*: [^\n]+$/.test(problem), "a problem without its line");
			demand(!problem.includes("s3cret"), "tells what is in the file");
			return "refused";
		}
		demand(users.size <= text.split(/\r\n|\r|\n/).length, "more users than lines");
		demand(!(await users.verify("nobody of these", bytesOf("x"))), "lets nobody in");
		return users.size === 0 ? "nobody" : "users";
	},
};
