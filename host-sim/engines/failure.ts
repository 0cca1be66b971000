/** The engine cannot be had or the firmware in it has stopped; the message is one line, for people. */
export class EngineError extends Error {
	override readonly name = "EngineError";
}
