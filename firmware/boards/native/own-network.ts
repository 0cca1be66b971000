/** In place of `with-network.ts`, in an image for a board without a radio. */
export { withSockets as withNetwork } from "./sockets.js";
