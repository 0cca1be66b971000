// Writes transactions into a SQLite file until it is killed: `node writer.js FILE SEED`, started by `kill.test.ts`.
//
// It first looks at what the file has and prints `found NEWEST`, or what is wrong as `wrong REASON`. Then it prints
// `begun N` within each transaction and `done N` when its COMMIT has returned. A transaction is a number and its
// rows, of which each knows how many there are.
import { writeSync } from "node:fs";
import Database from "libsql";

const [file, seed] = process.argv.slice(2);
const tell = (line) => writeSync(1, `${line}\n`);

/** Numbers of a linear congruential generator: 0 up to 1. */
let state = Number(seed) >>> 0;
const random = () => {
	state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
	return state / 2 ** 32;
};

// No waiting for locks: the file must never be locked.
const database = new Database(file, { timeout: 0 });
database.pragma("journal_mode=WAL");
database.pragma("synchronous=FULL");
// Pages are written to the log before COMMIT, and the log is often copied back: a kill comes at each of these.
database.pragma("cache_size=4");
database.pragma("wal_autocheckpoint=16");
database.exec("CREATE TABLE IF NOT EXISTS parts(number INTEGER, part INTEGER, parts INTEGER, payload TEXT)");

const [{ quick_check: health }] = database.pragma("quick_check");
const broken = database
	.prepare(
		"SELECT number FROM parts GROUP BY number HAVING count(*) <> max(parts) OR max(part) <> max(parts)",
	)
	.all();
const { newest, count } = database
	.prepare("SELECT coalesce(max(number), 0) AS newest, count(DISTINCT number) AS count FROM parts")
	.get();
if (health !== "ok") tell(`wrong quick_check: ${health}`);
else if (broken.length > 0) tell(`wrong ${broken.length} transactions in part`);
else if (count !== newest) tell(`wrong ${newest - count} transactions missing`);
else tell(`found ${newest}`);

const insert = database.prepare("INSERT INTO parts VALUES(?, ?, ?, ?)");
for (let number = newest + 1; ; number++) {
	const parts = 1 + Math.floor(random() * 60);
	database.exec("BEGIN IMMEDIATE");
	tell(`begun ${number}`);
	for (let part = 1; part <= parts; part++) insert.run(number, part, parts, "x".repeat(100 + random() * 400));
	database.exec("COMMIT");
	tell(`done ${number}`);
}
