import config from "mc/config";
import { settingsOf } from "./settings.js";

/** The settings of a board without files: those that were built in. */
export default settingsOf(config);
