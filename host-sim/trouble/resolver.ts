import type { Resolver, ResolverOptions } from "../../firmware/ecma-419.js";
import { noWifi } from "./socket.js";
import type { Trouble } from "./trouble.js";

/** The time in which a device has power; what is adopted is closed with its end. */
interface Life {
	readonly trouble: Trouble;
	adopt(part: Resolver): void;
	drop(part: Resolver): void;
}

type ResolverClass = new (options: ResolverOptions) => Resolver;

/** A class of resolvers that find nothing without Wi-Fi, and find late with latency. */
export function troubledResolver(Base: ResolverClass, life: Life): ResolverClass {
	const { trouble } = life;
	return class TroubledResolver implements Resolver {
		readonly #base: Resolver;
		#isClosed = false;

		constructor(options: ResolverOptions) {
			this.#base = new Base(options);
			life.adopt(this);
		}

		resolve(...[options, callback]: Parameters<Resolver["resolve"]>): void {
			const answer: typeof callback = (...found) => {
				if (this.#isClosed) return;
				if (trouble.has("wifi-off")) callback(noWifi());
				else callback(...found);
			};
			this.#base.resolve(options, (...found) => {
				const delay = 2 * trouble.latency;
				if (delay === 0) answer(...found);
				else setTimeout(() => answer(...found), delay);
			});
		}

		close(): void {
			this.#isClosed = true;
			life.drop(this);
			this.#base.close();
		}
	};
}
