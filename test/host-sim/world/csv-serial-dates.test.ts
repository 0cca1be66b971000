import { describe, expect, it } from "vitest";
import { parseRecording } from "../../../host-sim/world/csv.js";
import { InputError } from "../../../host-sim/world/errors.js";

/** A recording whose rows have these times. */
const recordingOf = (times: readonly string[]) =>
	`time,light\n${times.map((time) => `${time},5\n`).join("")}`;

describe("what may be a spreadsheet's date is refused", () => {
	it.each([
		{ times: ["42037.59652", "42037.59722"], line: 3 },
		{ times: ["42037", "42037.00069"], line: 3 },
		{ times: ["42037.5", "42037.75"], line: 3 },
		{ times: ["45000", "45001"], line: 3 },
		{ times: ["45000.5", "45001.5"], line: 3 },
		{ times: ["45000", "45007"], line: 3 },
		{ times: ["45000", "45031"], line: 3 },
		{ times: ["20000", "20001"], line: 3 },
		{ times: ["79999.5", "80000.5"], line: 3 },
		{ times: ["43200", "43201", "43260"], line: 3 },
		{ times: ["45000", "45000", "45001"], line: 4 },
		{ times: ["45000"], line: 2 },
		{ times: ["45000.5"], line: 2 },
		{ times: ["45000", "45000"], line: 2 },
	])("in line $line of $times", ({ times, line }) => {
		expect(() => parseRecording(recordingOf(times), "room.csv")).toThrow(
			new InputError(
				`room.csv, line ${line}: time "${times[line - 2]}" may be a spreadsheet's date, a number of days; save the column as text such as 2015-02-02T14:19:00. If these are seconds, begin at 0`,
			),
		);
	});
});

describe("what counts seconds is taken", () => {
	it.each([
		{ times: ["0"] },
		{ times: ["0", "45000", "45000.5"] },
		{ times: ["100", "101", "102"] },
		{ times: ["19999", "20000", "20001"] },
		{ times: ["80000", "80001"] },
		{ times: ["43200", "43200", "43260", "43261"] },
		{ times: ["45000", "45031.5", "45032"] },
	])("$times", ({ times }) => {
		const recording = parseRecording(recordingOf(times), "room.csv");
		expect(Array.from(recording.times)).toEqual(
			times.map((time) => (Number(time) - Number(times[0])) * 1000),
		);
	});
});
