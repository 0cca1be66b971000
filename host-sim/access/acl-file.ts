import { type Identity, rightsOf } from "./table.js";

/**
 * The access table for Mosquitto: the text of its `acl_file` (mosquitto.conf(5)). Each user has rows of its own: those of
 * a `pattern` would hold for the server and the operator too.
 */
export function aclFile(identities: readonly Identity[]): string {
	const sections = identities.map((identity) => {
		const { writes, reads } = rightsOf(identity);
		return [
			`user ${identity.name}`,
			...writes.map((topic) => `topic write ${topic}`),
			...reads.map((topic) => `topic read ${topic}`),
		].join("\n");
	});
	return `# Written by nightlight provision, at each run.\n\n${sections.join("\n\n")}\n`;
}
