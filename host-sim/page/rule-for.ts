import type { Rule, RuleView } from "../web/protocol.js";
import { reading } from "./words.js";

/** What a limit on the chart is, in few words. */
export function limitWords({ threshold, hysteresis, alert, asks, decides }: Rule): string {
	if (decides !== undefined && asks === undefined) return `the rule ${decides} decides`;
	const what = alert ? "lightAlert" : asks === undefined ? "on" : "a vote for on";
	const off = hysteresis > 0 ? `, off from ${reading(threshold + hysteresis)}` : "";
	return `${what} below ${reading(threshold)}${off}`;
}

/** By what a device's light is judged: by the rule of the rule file that asks it, else by the server's own. */
export function ruleFor(id: string, { rule, rules }: { rule: Rule; rules: readonly RuleView[] }): Rule {
	const decides = rules.find(({ commands }) => commands.includes(id))?.name;
	const asking = rules.find(({ votes }) => votes.some(({ device }) => device === id));
	return {
		...(asking === undefined
			? rule
			: { threshold: asking.test.below, hysteresis: asking.test.hysteresis, asks: asking.name }),
		...(decides !== undefined && { decides }),
	};
}
