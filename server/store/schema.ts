/** "NLS1" as a number: whose database it is (SQLite's `application_id`). */
export const APPLICATION_ID = 0x4e_4c_53_31;

/**
 * What makes a database of each version (SQLite's `user_version`) out of one of the version before; the first, out of an
 * empty one.
 */
const MIGRATIONS: readonly string[] = Object.freeze([
	`CREATE TABLE telemetry(
		id INTEGER PRIMARY KEY,
		device TEXT NOT NULL,
		stream TEXT,
		seq INTEGER,
		measured INTEGER,
		received INTEGER NOT NULL,
		late INTEGER NOT NULL,
		payload TEXT NOT NULL,
		UNIQUE (device, stream, seq)
	);
	CREATE TABLE streams(
		device TEXT NOT NULL,
		stream TEXT NOT NULL,
		through INTEGER NOT NULL,
		PRIMARY KEY (device, stream)
	) WITHOUT ROWID;
	CREATE TABLE server(client TEXT NOT NULL);
	INSERT INTO server VALUES(lower(hex(randomblob(4))));`,
	`CREATE TABLE orders(
		place INTEGER PRIMARY KEY,
		device TEXT NOT NULL,
		id TEXT NOT NULL,
		policy TEXT NOT NULL,
		command TEXT NOT NULL,
		accepted INTEGER NOT NULL,
		expires INTEGER,
		seq INTEGER,
		status INTEGER,
		payload TEXT,
		ended INTEGER,
		UNIQUE (device, id)
	);
	CREATE INDEX open_orders ON orders(place) WHERE status IS NULL;
	CREATE INDEX ended_orders ON orders(device, ended) WHERE status IS NOT NULL;
	CREATE TABLE order_streams(
		device TEXT PRIMARY KEY,
		stream TEXT NOT NULL,
		seq INTEGER NOT NULL
	) WITHOUT ROWID;`,
]);

/** The version of the database that this server makes and understands. */
export const VERSION = MIGRATIONS.length;

/** The statements that bring a database of a version to this server's. */
export const migrationsFrom = (version: number): readonly string[] => [
	...MIGRATIONS.slice(version),
	`PRAGMA application_id=${APPLICATION_ID}`,
	`PRAGMA user_version=${VERSION}`,
];
