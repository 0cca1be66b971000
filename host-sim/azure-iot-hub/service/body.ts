import type { IncomingMessage } from "node:http";
import { isObject, type JsonObject, readJson } from "../core/json.js";
import { serviceError } from "../core/service-error.js";
import { badRequest, Refused } from "./service-error-answer.js";

/** Bytes of the longest body: a method's, with its JSON around it. */
const LONGEST = 256 * 1024;

/** The body of a request. @throws Refused (rejects) if it is longer than 256 KB */
export async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request.iterator({ destroyOnReturn: false })) {
		length += (chunk as Buffer).length;
		if (length > LONGEST)
			throw new Refused(serviceError("MessageTooLarge", `a body of more than ${LONGEST} bytes`));
		chunks.push(chunk as Buffer);
	}
	return Buffer.concat(chunks);
}

/** The body of a request as a JSON object. @throws Refused (rejects) if it is none */
export async function objectOf(request: IncomingMessage): Promise<JsonObject> {
	const value = readJson(await bodyOf(request));
	if (!isObject(value)) throw badRequest("the body is not a JSON object");
	return value;
}
