import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/** Makes scripts of the programs that are started again and again. Returns their folder, from which packages are found. */
export async function bundle(): Promise<string> {
	const folder = join(HERE, "../../node_modules/.cache/nightlight", `soak-${process.pid}`);
	await build({
		entryPoints: ["devices.ts", "peers/mqttjs.ts", "peers/subscriber.ts"].map((file) => join(HERE, file)),
		entryNames: "[name]",
		...{ outdir: folder, bundle: true, platform: "node", format: "esm", packages: "external" },
		logLevel: "error",
	});
	return folder;
}
