import files from "embedded:storage/files";
import config from "mc/config";
import { readUtf8 } from "../../mqtt/utf8.js";
import { merge, type Settings, settingsOf } from "../moddable/settings.js";
import { readFile } from "./file.js";

/** A file in the board's folder that says otherwise than what was built in; it need not be there. */
const FILE = "settings.json";

function readSettings(): Settings {
	const content = readFile(files, FILE);
	const built = settingsOf(config);
	if (content === undefined) return built;
	try {
		return merge(built, JSON.parse(readUtf8(new Uint8Array(content)) ?? "")) as Settings;
	} catch (error) {
		// The engine ends without telling what was thrown.
		trace(`Nightlight not started: ${FILE}: ${error}\n`);
		throw error;
	}
}

/** The settings that were built in, and those of the file over them. */
export default readSettings();
