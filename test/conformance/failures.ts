/** Failures a device's client must survive, in our words, each with the tests that show it. */
import { BAD_INPUT } from "./failures/bad-input.js";
import type { FailureGroup } from "./failures/failure.js";
import { NETWORK } from "./failures/network.js";
import { SESSION } from "./failures/session.js";

export const FAILURES: readonly FailureGroup[] = [...NETWORK, ...SESSION, ...BAD_INPUT];
