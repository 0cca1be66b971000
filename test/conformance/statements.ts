/** Every normative statement of MQTT 3.1.1 (OASIS Standard, Appendix B), in our words. */
import { BEHAVIOUR } from "./statements/behaviour.js";
import { CONNECT } from "./statements/connect.js";
import { FORMAT } from "./statements/format.js";
import { PUBLISH } from "./statements/publish.js";
import type { Chapter, Statement } from "./statements/statement.js";
import { SUBSCRIBE } from "./statements/subscribe.js";

export const CHAPTERS: readonly Chapter[] = [...FORMAT, ...CONNECT, ...PUBLISH, ...SUBSCRIBE, ...BEHAVIOUR];

export const STATEMENTS: readonly Statement[] = CHAPTERS.flatMap(({ statements }) => statements);
