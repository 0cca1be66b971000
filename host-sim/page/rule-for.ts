import type { Rule, RuleView } from "../web/protocol.js";

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
