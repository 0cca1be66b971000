import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNightlight } from "../../../firmware/app.js";
import { createHost } from "../../../host-sim/provider.js";
import { configOf } from "../../support/virtual/config.js";
import { serveMemory } from "./settle.js";

/** A complete device; resolves when its first telemetry has gone, which is after it has subscribed. */
serveMemory((port, index) => {
	const config = configOf({ id: `lamp-${index}`, broker: { host: "127.0.0.1", port } });
	return new Promise((resolve) => {
		const host = createHost({
			restart: () => {},
			inputs: { light: { minimum: 0, maximum: 1023, read: () => index % 1024 } },
			storage: join(tmpdir(), "nightlight-bench-never-made"),
			report: ({ event }) => {
				if (event === "telemetry") resolve(stop);
			},
		});
		const stop = startNightlight(host, config);
	});
});
