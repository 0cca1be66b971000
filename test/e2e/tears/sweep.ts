import { type Outcome, play, type Story } from "./story.js";

/** What is played. */
export interface Sweep extends Omit<Story, "cutsAt"> {
	/** In which changes of the flash memory the power goes, one story after the other. */
	readonly stories: readonly (readonly number[])[];
}

/** What came of it. */
export interface Figures {
	stories: number;
	/** Power cuts within a program, and within an erasure. */
	programs: number;
	erasures: number;
	measured: number;
	/** Readings that never arrived: of batches that waited in memory when the power went. */
	missing: number;
	/** Each with its story. */
	readonly problems: string[];
}

/** Stories that are played at the same time: each takes a core. */
const AT_ONCE = 2;

/** Plays stories, some at the same time. @param log hears a line of each */
export async function sweep(
	{ stories, ...rest }: Sweep,
	log: (line: string) => void = () => {},
): Promise<Figures> {
	const figures: Figures = { stories: 0, programs: 0, erasures: 0, measured: 0, missing: 0, problems: [] };
	const waiting = [...stories];
	const worker = async () => {
		for (let cutsAt = waiting.shift(); cutsAt !== undefined; cutsAt = waiting.shift()) {
			const outcome = await play({ ...rest, cutsAt });
			add(figures, outcome, `${rest.delivery}, seed ${rest.seed}, cut in ${cutsAt.join(", ")}`);
			log(
				`${cutsAt.join(", ")}: ${outcome.measured} measured, ${outcome.missing} missing ${outcome.problems}`,
			);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	return figures;
}

function add(figures: Figures, { cuts, measured, missing, problems }: Outcome, story: string): void {
	figures.stories++;
	for (const { operation } of cuts) {
		if (operation === "erase") figures.erasures++;
		else figures.programs++;
	}
	figures.measured += measured;
	figures.missing += missing;
	figures.problems.push(...problems.map((problem) => `${story}: ${problem}`));
}
