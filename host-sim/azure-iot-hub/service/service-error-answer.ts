import type { ServerResponse } from "node:http";
import { randomHex, type ServiceError, serviceError } from "../core/service-error.js";

/** A request that is refused. */
export class Refused extends Error {
	override readonly name = "Refused";
	readonly error: ServiceError;

	constructor(error: ServiceError) {
		super(error.reason);
		this.error = error;
	}
}

/** For what is wrong with a request. */
export const badRequest = (reason: string): Refused => new Refused(serviceError("ArgumentInvalid", reason));

/** Answers with JSON. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
	const text = JSON.stringify(body);
	response.writeHead(status, {
		"Content-Type": "application/json; charset=utf-8",
		"Content-Length": Buffer.byteLength(text),
	});
	response.end(text);
}

/** Answers with an error in the form of the service: `{"Message":"ErrorCode:DeviceNotFound;…","ExceptionMessage":"…"}`. */
export function answerError(response: ServerResponse, { status, code, reason }: ServiceError): void {
	const trackingId = randomHex(Math.random, 32).toUpperCase();
	answerJson(response, status, {
		Message: `ErrorCode:${code};${reason}`,
		ExceptionMessage: `Tracking ID:${trackingId}-TimeStamp:${new Date().toISOString()}`,
	});
}
