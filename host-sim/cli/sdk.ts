import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What was found of a thing that a target needs. */
export interface Found {
	/** What is there, in a few words. */
	readonly what: string;
	/** What is wrong with it, and the line that puts it right; nothing, when it fits. */
	readonly wrong?: string;
}

/** The versions that the firmware was built with; `tools/moddable/build.sh` knows them too. */
const MODDABLE_VERSION = /^8\.2\./;
const IDF_VERSION = /^6\.0(\.|$)/;

const textOf = (file: string): string | undefined =>
	existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;

/** The Moddable SDK that `MODDABLE` names. */
export function findModdable(folder = process.env.MODDABLE): Found | undefined {
	if (!folder) return undefined;
	if (!existsSync(join(folder, "tools/mcconfig.js"))) {
		return {
			what: `none in ${folder}`,
			wrong: "MODDABLE must name the SDK's folder; npx xs-dev setup --target-branch 8.2.3",
		};
	}
	const version = textOf(join(folder, "tools/VERSION")) ?? "an unknown version";
	const what = `${version} in ${folder}`;
	if (MODDABLE_VERSION.test(version)) return { what };
	return { what, wrong: `made for 8.2.3; git -C ${folder} checkout 8.2.3, and build its tools again` };
}

/** The SDK's own tools, which are built once. */
export function findModdableTools(folder = process.env.MODDABLE): Found | undefined {
	const system = process.platform === "darwin" ? "mac" : "lin";
	const mcconfig = folder && join(folder, "build/bin", system, "release/mcconfig");
	return mcconfig && existsSync(mcconfig) ? { what: mcconfig } : undefined;
}

/** The ESP-IDF that `IDF_PATH` names. */
export function findEspIdf(folder = process.env.IDF_PATH): Found | undefined {
	if (!folder) return undefined;
	if (!existsSync(join(folder, "tools/idf.py"))) {
		return { what: `none in ${folder}`, wrong: "IDF_PATH must name ESP-IDF's folder" };
	}
	const version = idfVersion(folder) ?? "an unknown version";
	const what = `${version} in ${folder}`;
	if (IDF_VERSION.test(version)) return { what };
	return {
		what,
		wrong: `the SDK wants v6.0; git -C ${folder} checkout v6.0, then install.sh and export.sh again`,
	};
}

/** Of its build system, which has the numbers also where there is no Git. */
function idfVersion(folder: string): string | undefined {
	const text = textOf(join(folder, "tools/cmake/version.cmake")) ?? "";
	const [major, minor, patch] = ["MAJOR", "MINOR", "PATCH"].map(
		(part) => new RegExp(`IDF_VERSION_${part} (\\d+)`).exec(text)?.[1],
	);
	return major === undefined ? undefined : `${major}.${minor}.${patch}`;
}
