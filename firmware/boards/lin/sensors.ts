import { parseConfig } from "../../config.js";
import settings from "./settings.js";

const parsed = parseConfig(settings.nightlight);

/** The sensors of the configuration; none of one that is wrong, which `main` refuses. */
const sensors = parsed.kind === "valid" ? parsed.config.telemetry.sensors : [];
export default sensors;
