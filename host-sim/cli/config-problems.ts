import { type AnyRule, type Config, describeProblem, type Problem, SCHEMA } from "../../firmware/config.js";
import type { ConfigFile } from "./config-file.js";

/** How the firmware's check ends for a key that it does not know at the top: with the keys that it knows. */
const UNKNOWN = `no such key, only ${Object.keys((SCHEMA as Extract<AnyRule, { kind: "object" }>).fields).join(", ")}`;

/** A problem of a configuration file in a line, with its place. A file has more keys than the firmware's. */
export function lineIn(file: ConfigFile, problem: Problem): string {
	const wants = problem.wants === UNKNOWN ? `${UNKNOWN}, tls, $schema` : problem.wants;
	return `${file.place(problem.key)}: ${describeProblem({ ...problem, wants })}`;
}

/** What is wrong with the pins of a device: a board has each once, and the LED's is `led`. */
export function pinProblems({ telemetry: { sensors } }: Config): Problem[] {
	return sensors.flatMap(({ pin }, index) => {
		const isTwice = sensors.findIndex((other) => other.pin === pin) !== index;
		if (pin !== "led" && !isTwice) return [];
		const wants = pin === "led" ? "another pin: the LED has it" : "a pin that no other sensor has";
		return { key: `telemetry.sensors.${index}.pin`, got: JSON.stringify(pin), wants };
	});
}
