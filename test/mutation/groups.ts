/** Sources, and the tests written for them. */
export interface Group {
	readonly mutate: readonly string[];
	readonly tests: readonly string[];
}

const mqtt = (...names: string[]): string[] => names.map((name) => `firmware/mqtt/${name}.ts`);
const tests = (...names: string[]): string[] => names.map((name) => `test/firmware/mqtt/${name}*.test.ts`);

/**
 * Most mutants are caught by the tests of their own group, in a fraction of the time that all tests take.
 * Together these are all sources; what a group's tests let pass is tried on all tests.
 */
export const GROUPS: readonly Group[] = [
	{
		mutate: mqtt(
			...["delivery", "in-flight", "keep-alive", "output"],
			...["received", "record", "requests", "session"],
		),
		tests: tests("delivery", "in-flight", "keep-alive", "session"),
	},
	{ mutate: mqtt("decode", "encode", "packet"), tests: tests("decode", "encode") },
	{ mutate: ["firmware/connectivity/*.ts"], tests: ["test/firmware/connectivity/*.test.ts"] },
	{ mutate: mqtt("topic", "utf8"), tests: tests("topic", "utf8") },
];
