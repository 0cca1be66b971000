import type { Host } from "../../host.js";

/** In place of `with-network.ts`, in an image for a board that has no radio. */
export const withNetwork = (host: Host): Host => host;
