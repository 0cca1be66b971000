import { printable } from "../../../host-sim/cli/printable.js";
import { fileNameOf, textOf } from "../../../host-sim/io/file-name.js";
import { standardForm } from "../../../host-sim/io/ip-address.js";
import { decodeFile, encodeFile } from "../../../host-sim/io/value-file.js";
import { bytesOf, hexOf, looseText } from "../bytes.js";
import { spoilt } from "../mutate.js";
import { demand, demandSame, type Target } from "../target.js";

const NAMES = [
	"1.value",
	"con.value",
	"%63on.value",
	"a%20b.value",
	"%u20ac.value",
	"unfinished",
	".value",
	"A.value",
];
const EXTENSION = ".value";

/** The name of a value's file. */
export const fileName: Target = {
	name: "file-name",
	covers: ["host-sim/io/file-name.ts"],
	share: 2,
	generate: (random) => spoilt(bytesOf(random.pick(NAMES)), random, 0.2),
	run: (input) => {
		const name = looseText(input);
		const text = textOf(name, EXTENSION);
		if (text !== undefined)
			demandSame(fileNameOf(text, EXTENSION) ?? "none", name, "another name on the way back");
		const made = fileNameOf(name, EXTENSION);
		if (made === undefined) return "too long";
		demand(/^[a-z0-9_%-]*\.value$/.test(made) && made.length <= 255, "a name that is none");
		demandSame(textOf(made, EXTENSION) ?? "none", name, "another text on the way back");
		return text === undefined ? "no name of ours" : "name";
	},
};

/** The content of a value's file. */
export const valueFile: Target = {
	name: "value-file",
	covers: ["host-sim/io/value-file.ts"],
	share: 2,
	generate: (random) =>
		spoilt(
			encodeFile(random.pick(["buffer", "string", "uint8"]), random.bytes(random.small(60))),
			random,
			0.4,
		),
	run: (input) => {
		const content = decodeFile(Buffer.from(input));
		if (content === undefined) return "damaged";
		demandSame(hexOf(encodeFile(content.format, content.data)), hexOf(input), "another file on the way back");
		return "value";
	},
};

const ADDRESSES = [
	"192.0.2.1",
	"::1",
	"2001:db8::1",
	"::ffff:1.2.3.4",
	"fe80::1%eth0",
	"1:2:3:4:5:6:7:8",
	"::",
];

/** What a resolver answers, and what is shown of a stranger's text. */
export const addresses: Target = {
	name: "addresses",
	covers: ["host-sim/io/ip-address.ts", "host-sim/cli/output.ts"],
	share: 2,
	generate: (random) => spoilt(bytesOf(random.pick(ADDRESSES)), random, 0.3),
	run: (input) => {
		const text = looseText(input);
		const form = standardForm(text);
		demandSame(standardForm(form), form, "another form of the standard form");
		const isChanged = form !== text;
		if (isChanged) demand(/^(?:[0-9a-f]{4}:){7}[0-9a-f]{4}(?:%.*)?$/.test(form), "no standard form");
		demand(!/[\p{Cc}\p{Cf}]/u.test(printable(text)), "prints what steers a terminal");
		return isChanged ? "IPv6" : "as it is";
	},
};
