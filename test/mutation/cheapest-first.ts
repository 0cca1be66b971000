import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Test files that take tenths of a second; any other takes a few milliseconds. */
const SLOW = [
	"mqtt/session-publish",
	"connectivity/clock-wrap",
	"connectivity/failures",
	"connectivity/online",
	"firmware/app",
	"mqtt/decode.test",
	"mqtt/session-keep-alive",
	"mqtt/session-receive",
	"mqtt/topic",
	"mqtt/encode-oracle",
	"mqtt/decode-oversize",
	"mqtt/decode-fuzz",
	"mqtt/session-model",
	"mqtt/utf8",
];

const rank = ({ moduleId }: TestSpecification): number => SLOW.findIndex((name) => moduleId.includes(name));

/** Most mutants are caught by the first few test files: the slow ones come last. */
export class CheapestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		return [...files].sort((a, b) => rank(a) - rank(b));
	}
}
