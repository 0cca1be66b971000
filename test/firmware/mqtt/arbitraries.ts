import fc from "fast-check";
import type { QoS } from "../../../firmware/mqtt/packet.js";

/** Text of any Unicode, a byte order mark and U+0000 included, but no lone surrogates. */
export const anyText = fc.string({ unit: "binary", maxLength: 80 });

/** What may be a topic name; the parts that matter are likely. */
export const anyTopic = fc
	.string({
		unit: fc.oneof(
			fc.constantFrom("a", "/", "$", " ", "\u00e9", "\u20ac", "\u{1f4a1}", "\ufeff", "\uffff"),
			fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
		),
		minLength: 1,
		maxLength: 70,
	})
	.map((text) => text.replaceAll(/[\0#+]/g, "_"));

export const anyQos = fc.constantFrom<QoS>(0, 1, 2);

export const anyId = fc.oneof(
	fc.integer({ min: 1, max: 0xffff }),
	fc.constantFrom(1, 0xff, 0x100, 0x7fff, 0x8000, 0xffff),
);

/** Lengths of the pieces that a network makes of a stream. */
export const anyCuts = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 });
