import Database from "libsql";

/** What a sender had, by its own list. */
export interface Sender {
	readonly name: string;
	/** It sent the numbers from 1 up to this one. */
	readonly sent: number;
	/** Numbers that only the memory of a process had when that was killed. */
	readonly unstored: readonly number[];
	/** Numbers that the broker acknowledged, where that is known. */
	readonly acknowledged: readonly number[];
}

/** What became of a sender's numbers. */
export interface Figures {
	readonly sender: string;
	readonly sent: number;
	readonly arrived: number;
	/** Numbers that never arrived, and were in the memory of a killed process alone. */
	readonly unstored: number;
	/** Numbers that never arrived though they were stored, or their process lived; the first of them. */
	readonly lost: number;
	readonly firstLost: readonly number[];
	/** Numbers that never arrived though the broker had acknowledged them. */
	readonly lostAcknowledged: number;
	/** Rows more than numbers. */
	readonly doubled: number;
	/** Numbers whose first row is behind one of a higher number. */
	readonly outOfOrder: number;
	/** Rows with a number that was never sent. */
	readonly unknown: number;
}

/** Where rows are, in the order of `id`: a table, or a SELECT in brackets, with `id`, `sender` and `number`. */
export interface Rows {
	/** A SQLite database. */
	readonly file: string;
	readonly from: string;
}

/** The server's readings; 0 is no number of a sender. */
export const READINGS = `(SELECT id, device AS sender, CAST(json_extract(payload, '$.light') AS INTEGER) AS number
	FROM kept.telemetry WHERE json_extract(payload, '$.light') <> 0)`;

/** What the subscriber of the peers has. */
export const MESSAGES = "kept.messages";

const PREPARE = `
	CREATE TABLE sent(sender TEXT, number INTEGER, PRIMARY KEY (sender, number)) WITHOUT ROWID;
	CREATE TABLE unstored(sender TEXT, number INTEGER, PRIMARY KEY (sender, number)) WITHOUT ROWID;
	CREATE TABLE acknowledged(sender TEXT, number INTEGER, PRIMARY KEY (sender, number)) WITHOUT ROWID;
	CREATE TABLE arrived(id INTEGER PRIMARY KEY, sender TEXT, number INTEGER);
	CREATE TABLE first(sender TEXT, number INTEGER, id INTEGER, PRIMARY KEY (sender, number)) WITHOUT ROWID;
	CREATE TABLE missing(sender TEXT, number INTEGER, PRIMARY KEY (sender, number)) WITHOUT ROWID`;

const FILL_SENT = `WITH RECURSIVE up(n) AS (SELECT 1 WHERE ?2 > 0 UNION ALL SELECT n + 1 FROM up WHERE n < ?2)
	INSERT INTO sent SELECT ?1, n FROM up`;

const DERIVE = `
	INSERT INTO first SELECT sender, number, min(id) FROM arrived GROUP BY sender, number;
	INSERT INTO missing SELECT sender, number FROM sent EXCEPT SELECT sender, number FROM first`;

/** A count for each sender. */
const COUNTS = {
	arrived: "SELECT count(*) FROM sent JOIN first USING (sender, number) WHERE sender = ?",
	unstored: "SELECT count(*) FROM missing JOIN unstored USING (sender, number) WHERE sender = ?",
	missing: "SELECT count(*) FROM missing WHERE sender = ?",
	lostAcknowledged: "SELECT count(*) FROM missing JOIN acknowledged USING (sender, number) WHERE sender = ?",
	rows: "SELECT count(*) FROM arrived WHERE sender = ?",
	numbers: "SELECT count(*) FROM first WHERE sender = ?",
	outOfOrder: `SELECT count(*) FROM (SELECT number, max(number) OVER
		(ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM first WHERE sender = ?)
		WHERE number < before`,
	unknown: `SELECT count(*) FROM arrived LEFT JOIN sent USING (sender, number)
		WHERE sender = ? AND sent.number IS NULL`,
} as const;

const FIRST_LOST = `SELECT number FROM missing LEFT JOIN unstored USING (sender, number)
	WHERE sender = ? AND unstored.number IS NULL ORDER BY number LIMIT 10`;

/**
 * Compares what arrived with the senders' lists, by SQL. It shares no code with firmware and server.
 * @param file where the comparison is made: a database that is not there yet
 */
export function check(file: string, senders: readonly Sender[], rows: Rows): Figures[] {
	const database = new Database(file);
	try {
		database.exec(`PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; ${PREPARE}`);
		database.prepare("ATTACH ? AS kept").run(rows.file);
		database.exec(`INSERT INTO arrived SELECT id, sender, number FROM ${rows.from}`);
		for (const sender of senders) enter(database, sender);
		database.exec(DERIVE);
		return senders.map((sender) => figuresOf(database, sender));
	} finally {
		database.close();
	}
}

function enter(database: Database.Database, { name, sent, unstored, acknowledged }: Sender): void {
	database.prepare(FILL_SENT).run(name, sent);
	database.exec("BEGIN");
	for (const [table, numbers] of Object.entries({ unstored, acknowledged })) {
		const insert = database.prepare(`INSERT OR IGNORE INTO ${table} VALUES(?, ?)`);
		for (const number of numbers) insert.run(name, number);
	}
	database.exec("COMMIT");
}

function figuresOf(database: Database.Database, { name, sent }: Sender): Figures {
	const count = (key: keyof typeof COUNTS): number => {
		const row = database.prepare(COUNTS[key]).raw().get(name) as unknown as [number];
		return row[0];
	};
	const firstLost = (database.prepare(FIRST_LOST).raw().all(name) as [number][]).map(([number]) => number);
	const unstored = count("unstored");
	return {
		...{ sender: name, sent, unstored, firstLost },
		arrived: count("arrived"),
		lost: count("missing") - unstored,
		lostAcknowledged: count("lostAcknowledged"),
		doubled: count("rows") - count("numbers"),
		outOfOrder: count("outOfOrder"),
		unknown: count("unknown"),
	};
}

/** Sums of several senders' figures, under a name of their own. */
export function sumOf(name: string, all: readonly Figures[]): Figures {
	const sum = (key: Exclude<keyof Figures, "sender" | "firstLost">) =>
		all.reduce((total, figures) => total + figures[key], 0);
	return {
		...{ sender: name, sent: sum("sent"), arrived: sum("arrived"), unstored: sum("unstored") },
		...{ lost: sum("lost"), firstLost: all.flatMap(({ firstLost }) => firstLost).slice(0, 10) },
		...{ lostAcknowledged: sum("lostAcknowledged"), doubled: sum("doubled") },
		...{ outOfOrder: sum("outOfOrder"), unknown: sum("unknown") },
	};
}
