/**
 * Tests by file (below `test/firmware/`, without `.test.ts`), by their whole names: as vitest has them, or
 * with a table's placeholders, which stands for all of its rows.
 */
export type Shown = Readonly<Record<string, readonly string[]>>;

/** Something that brings a client down, and what this one does about it. */
export interface Failure {
	readonly what: string;
	readonly answer: string;
	readonly tests: Shown;
}

export interface FailureGroup {
	readonly title: string;
	readonly failures: readonly Failure[];
}
