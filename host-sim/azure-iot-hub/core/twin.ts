import { isObject, type JsonObject, type JsonValue } from "./json.js";
import type { HubLimits } from "./limits.js";
import { merge } from "./merge-patch.js";
import { patchProblem, sectionProblem, type TwinProblem } from "./twin-rules.js";

/** A part of a twin, with `$version`. */
export type Section = JsonObject & { readonly $version: number };

/** A twin's properties, as a device reads them. */
export interface TwinProperties {
	readonly desired: Section;
	readonly reported: Section;
}

/** What became of a patch. */
export type Patched =
	| { readonly ok: true; readonly version: number; readonly patch: JsonObject }
	| { readonly ok: false; readonly problem: TwinProblem };

/** The twin of a device or a module: two sections, each with a version that grows by one with each patch. */
export class Twin {
	readonly #limits: HubLimits;
	readonly #sections: Record<"desired" | "reported", { value: JsonObject; version: number }> = {
		desired: { value: {}, version: 1 },
		reported: { value: {}, version: 1 },
	};

	constructor(limits: HubLimits) {
		this.#limits = limits;
	}

	get properties(): TwinProperties {
		const { desired, reported } = this.#sections;
		return {
			desired: { ...desired.value, $version: desired.version },
			reported: { ...reported.value, $version: reported.version },
		};
	}

	/** Merges a patch into a section, if it may. @param patch undefined where it was no JSON */
	patch(section: "desired" | "reported", patch: JsonValue | undefined): Patched {
		const own = isObject(patch) ? withoutVersion(patch) : patch;
		const problem = patchProblem(own, this.#limits);
		if (problem !== undefined) return { ok: false, problem };
		const merged = merge(this.#sections[section].value, own as JsonObject);
		const tooLarge = sectionProblem(merged, this.#limits);
		if (tooLarge !== undefined) return { ok: false, problem: tooLarge };
		const version = this.#sections[section].version + 1;
		this.#sections[section] = { value: merged, version };
		return { ok: true, version, patch: own as JsonObject };
	}

	/** Empties a section before a patch that replaces it whole. */
	replace(section: "desired" | "reported", value: JsonValue | undefined): Patched {
		const before = this.#sections[section];
		this.#sections[section] = { value: {}, version: before.version };
		const patched = this.patch(section, value);
		if (!patched.ok) this.#sections[section] = before;
		return patched;
	}
}

/** Clients may send back what they read; `$version` and `$metadata` are the hub's own. */
const withoutVersion = (patch: JsonObject): JsonObject =>
	Object.fromEntries(Object.entries(patch).filter(([key]) => key !== "$version" && key !== "$metadata"));
