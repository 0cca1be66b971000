import { asked } from "./failures.js";
import {
	MOST_ENDED,
	type OrderChanges,
	type OrderStore,
	type OrderStream,
	type Outcome,
	type Policy,
	type StoredOrder,
} from "./order-store.js";

/** What is used of libsql here. */
interface Database {
	prepare(statement: string): Statement;
}

interface Statement {
	run(...values: readonly (string | number | null)[]): void;
	all(...values: readonly string[]): unknown[];
}

/** A row of the table; `null` where nothing is known. */
interface OrderRow {
	readonly device: string;
	readonly id: string;
	readonly policy: Policy;
	readonly command: string;
	readonly accepted: number;
	readonly expires: number | null;
	readonly seq: number | null;
}

/** Orders in a database. `commit` is for within a transaction, and fails with SQLite's own errors. */
export class LibsqlOrders implements OrderStore {
	readonly #open: Statement;
	readonly #outcome: Statement;
	readonly #stream: Statement;
	readonly #put: Statement;
	readonly #forget: Statement;
	readonly #number: Statement;

	constructor(database: Database) {
		this.#open = database.prepare(
			"SELECT device, id, policy, command, accepted, expires, seq FROM orders WHERE status IS NULL ORDER BY place",
		);
		this.#outcome = database.prepare(
			"SELECT status, payload FROM orders WHERE device = ? AND id = ? AND status IS NOT NULL",
		);
		this.#stream = database.prepare("SELECT device, stream, seq FROM order_streams WHERE device = ?");
		this.#put = database.prepare(
			`INSERT INTO orders(device, id, policy, command, accepted, expires, seq, status, payload, ended)
			VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT(device, id) DO UPDATE
			SET seq = excluded.seq, status = excluded.status, payload = excluded.payload, ended = excluded.ended`,
		);
		this.#forget = database.prepare(
			`DELETE FROM orders WHERE place IN (
				SELECT place FROM orders WHERE device = ? AND status IS NOT NULL
				ORDER BY ended DESC, place DESC LIMIT -1 OFFSET ${MOST_ENDED}
			)`,
		);
		this.#number = database.prepare(
			`INSERT INTO order_streams(device, stream, seq) VALUES(?, ?, ?)
			ON CONFLICT DO UPDATE SET stream = excluded.stream, seq = excluded.seq`,
		);
	}

	openOrders(): readonly StoredOrder[] {
		return asked(() => this.#open.all() as OrderRow[]).map(({ expires, seq, ...order }) => ({
			...order,
			...{ expires: expires ?? undefined, seq: seq ?? undefined, outcome: undefined, ended: undefined },
		}));
	}

	outcomeOf(device: string, id: string): Outcome | undefined {
		const rows = asked(() => this.#outcome.all(device, id));
		const [found] = rows as { status: number; payload: string | null }[];
		if (found === undefined) return undefined;
		const { status, payload } = found;
		return { status, ...(payload !== null && { payload }) };
	}

	orderStream(device: string): OrderStream | undefined {
		const [found] = asked(() => this.#stream.all(device) as OrderStream[]);
		return found;
	}

	/** Takes what is new, and forgets those of too many that ended first. */
	commit({ orders, streams }: OrderChanges): void {
		const ended = new Set<string>();
		for (const { device, id, policy, command, accepted, expires, seq, outcome, ended: date } of orders) {
			if (outcome !== undefined) ended.add(device);
			const { status = null, payload = null } = outcome ?? {};
			this.#put.run(
				...[device, id, policy, command, accepted, expires ?? null],
				...[seq ?? null, status, payload, date ?? null],
			);
		}
		for (const device of ended) this.#forget.run(device);
		for (const { device, stream, seq } of streams) this.#number.run(device, stream, seq);
	}
}
