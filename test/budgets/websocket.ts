/** What an image with a WebSocket of its own would have beside the firmware's modules. */
export { WebSocket } from "../../firmware/websocket/websocket.js";
