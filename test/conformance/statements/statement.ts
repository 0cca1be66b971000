/** What MQTT 3.1.1 demands in one place, in our words. */
export interface Statement {
	/** As in Appendix B of the specification, without the brackets and `MQTT-`: `3.1.2-24`. */
	readonly id: string;
	readonly text: string;
	/** Whose duty it is, and whether the client can see anything of it. */
	readonly concern: "client" | "server" | "server alone";
	/** Of a server alone: why the client sees nothing of it. */
	readonly reason?: string;
}

/** Statements that belong together, in the order of their ids. */
export interface Chapter {
	readonly title: string;
	readonly statements: readonly Statement[];
}

/** A duty of the client's. */
export const client = (id: string, text: string): Statement => ({ id, text, concern: "client" });

/** A duty of the server's that the client counts on, or guards itself against the breach of. */
export const server = (id: string, text: string): Statement => ({ id, text, concern: "server" });

/** A duty of the server's of which a client sees nothing, and why. */
export const alone = (id: string, text: string, reason: string): Statement => ({
	id,
	text,
	concern: "server alone",
	reason,
});
