import { asked, type OpenTrouble, storeFailure } from "./failures.js";
import { LibsqlOrders } from "./libsql-orders.js";
import type { OrderChanges } from "./order-store.js";
import { checkPlace } from "./place.js";
import { APPLICATION_ID, migrationsFrom, VERSION } from "./schema.js";
import { type Progress, type Row, type Store, StoreFailure } from "./store.js";

/** What is used of libsql, whose own types are those of a module in another form. */
interface Connection {
	readonly inTransaction: boolean;
	exec(statements: string): void;
	prepare(statement: string): Statement;
	/** The rows that a PRAGMA gives. */
	pragma(statement: string): readonly Readonly<Record<string, unknown>>[];
	close(): void;
}

interface Statement {
	run(...values: readonly (string | number | null)[]): void;
	all(...values: readonly string[]): unknown[];
}

type Connect = new (file: string) => Connection;

/** Milliseconds for which a commit waits, and the server with it, while another program writes. */
const BUSY_TIMEOUT = 50;

/** A store in a file. */
export interface FileStore extends Store {
	/** Eight hexadecimal digits that this file was made with: a client id with them is its server's only. */
	readonly client: string;
}

/** What a store in a file is opened with. */
export interface FileStoreOptions {
	/** The most pages of 4096 bytes that it may have; SQLite's own limit if left out. */
	readonly pages?: number;
}

/**
 * Opens a database in a file, and makes it if there is none. Until it is closed, or the process ends in whatever way, no
 * other server opens it; other programs may read it.
 * @throws StoreFailure, which says what to do, for a file that cannot be used
 */
export async function openFileStore(file: string, options: FileStoreOptions = {}): Promise<FileStore> {
	checkPlace(file);
	const connect = await load();
	const lock = lockOf(connect, file);
	try {
		return new LibsqlStore(openDatabase(connect, file, options), lock);
	} catch (error) {
		lock.close();
		throw error;
	}
}

/** Its machine code comes as a package, which there is not for every machine. */
async function load(): Promise<Connect> {
	try {
		const { default: connect } = (await import("libsql")) as unknown as { default: Connect };
		return connect;
	} catch (error) {
		const reason = `libsql, which it needs, does not run here (${(error as Error).message.split("\n")[0]})`;
		throw new StoreFailure<OpenTrouble>("no-engine", `${reason}; run npm ci again, or go without a database`);
	}
}

/**
 * Holds a lock on a file beside the database: SQLite's, as the system ends it with the process. One on the database
 * itself would keep readers out.
 */
function lockOf(connect: Connect, file: string): Connection {
	const lock = opened(connect, `${file}-lock`);
	try {
		lock.exec("PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE");
		return lock;
	} catch (error) {
		lock.close();
		if (storeFailure(error).code !== "locked") throw storeFailure(error);
		throw new StoreFailure<OpenTrouble>(
			"in-use",
			"another server uses it; end that one, or name another file",
		);
	}
}

function opened(connect: Connect, file: string): Connection {
	try {
		return new connect(file);
	} catch (error) {
		throw new StoreFailure<OpenTrouble>("not-permitted", `it cannot be opened (${(error as Error).message})`);
	}
}

function openDatabase(connect: Connect, file: string, { pages }: FileStoreOptions): Connection {
	const database = opened(connect, file);
	try {
		check(database);
		database.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=${BUSY_TIMEOUT}`);
		const version = numberOf(database, "user_version");
		if (version < VERSION)
			database.exec(["BEGIN IMMEDIATE", ...migrationsFrom(version), "COMMIT"].join(";\n"));
		checkHealth(database);
		if (pages !== undefined) database.pragma(`max_page_count=${pages}`);
		return database;
	} catch (error) {
		database.close();
		throw error instanceof StoreFailure ? error : storeFailure(error);
	}
}

const numberOf = (database: Connection, pragma: string): number =>
	Number(database.pragma(pragma)[0]?.[pragma] ?? 0);

/** @throws StoreFailure for a file that is not this server's */
function check(database: Connection): void {
	const tables = database.prepare("SELECT name FROM sqlite_schema").all().length;
	const application = numberOf(database, "application_id");
	if (application !== APPLICATION_ID && (application !== 0 || tables > 0))
		throw new StoreFailure<OpenTrouble>(
			"other-program",
			"it is another program's database; name another file",
		);
	const version = numberOf(database, "user_version");
	if (version > VERSION)
		throw new StoreFailure<OpenTrouble>(
			"newer-version",
			`a newer version of this server made it (${version}, this one knows ${VERSION}); update this one`,
		);
}

/**
 * Looks at what is needed at once: the streams, the orders, and both ends of the readings. Looking at all of it would take a minute
 * for some gigabytes.
 * @throws StoreFailure when it is damaged
 */
function checkHealth(database: Connection): void {
	for (const table of ["streams", "orders", "order_streams"]) {
		const [found] = database.pragma(`quick_check(${table})`);
		const health = String(found?.quick_check);
		if (health !== "ok") throw storeFailure({ code: "SQLITE_CORRUPT", message: health.split("\n").pop() });
	}
	database
		.prepare(
			"SELECT * FROM telemetry WHERE id IN (SELECT max(id) FROM telemetry UNION SELECT min(id) FROM telemetry)",
		)
		.all();
}

class LibsqlStore implements FileStore {
	readonly keepsAll = true;
	readonly orders: LibsqlOrders;
	readonly client: string;
	readonly #database: Connection;
	readonly #lock: Connection;
	readonly #through: Statement;
	readonly #insert: Statement;
	readonly #advance: Statement;

	constructor(database: Connection, lock: Connection) {
		this.#database = database;
		this.#lock = lock;
		const [server] = database.prepare("SELECT client FROM server").all() as { client: string }[];
		this.client = server?.client ?? "";
		this.#through = database.prepare("SELECT through FROM streams WHERE device = ? AND stream = ?");
		// What is there twice is known from a stream's progress; a file that someone has changed is no reason to stop.
		this.#insert = database.prepare(
			`INSERT INTO telemetry(device, stream, seq, measured, received, late, payload) VALUES(?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`,
		);
		this.#advance = database.prepare(
			`INSERT INTO streams(device, stream, through) VALUES(?, ?, ?)
			ON CONFLICT DO UPDATE SET through = excluded.through`,
		);
		this.orders = new LibsqlOrders(database);
	}

	through(device: string, stream: string): number | undefined {
		return asked(() => {
			const [found] = this.#through.all(device, stream) as { through: number }[];
			return found?.through;
		});
	}

	commit(rows: readonly Row[], progress: readonly Progress[], orders?: OrderChanges): void {
		try {
			this.#database.exec("BEGIN IMMEDIATE");
			for (const { device, stream, seq, measured, received, isLate, payload } of rows)
				this.#insert.run(
					device,
					stream ?? null,
					seq ?? null,
					measured ?? null,
					received,
					isLate ? 1 : 0,
					payload,
				);
			for (const { device, stream, through } of progress) this.#advance.run(device, stream, through);
			if (orders !== undefined) this.orders.commit(orders);
			this.#database.exec("COMMIT");
		} catch (error) {
			this.#rollBack();
			throw storeFailure(error);
		}
	}

	close(): void {
		// SQLite's own end of a connection waits for its statements, which libsql keeps: the file alone is to have it all.
		try {
			this.#database.pragma("wal_checkpoint(TRUNCATE)");
		} catch {
			// It stays in the log beside the file, as after a crash.
		}
		this.#database.close();
		this.#lock.close();
	}

	/** SQLite has done so itself after some failures. */
	#rollBack(): void {
		if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
	}
}
