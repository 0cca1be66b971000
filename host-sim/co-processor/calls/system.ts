import { ValueWriter } from "../values.js";
import type { Chip, Service } from "./method.js";

/** Service 1: the firmware's version, and an echo. That `ack` gives its number back is a guess. */
export const systemService = ({ version }: Chip): Service =>
	new Map([
		[1, (_, done) => done(new ValueWriter().string(version))],
		[2, (values, done) => done(new ValueWriter().u8(values.u8()))],
	]);
