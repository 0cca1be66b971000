/** Longest file name of common file systems, in bytes; what is made here is ASCII. */
const LONGEST = 255;

/** Names that Windows keeps for devices, whatever their extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/;

const escapeUnit = (unit: string): string => {
	const code = unit.charCodeAt(0).toString(16);
	return code.length <= 2 ? `%${code.padStart(2, "0")}` : `%u${code.padStart(4, "0")}`;
};

/**
 * A file name for any string: different for different strings, also where case and Unicode
 * normalization make no difference, and never a path. Letters a-z, digits, `_` and `-` stand for
 * themselves. `undefined` when it would be longer than a file name can be.
 */
export const fileNameOf = (text: string, extension = ""): string | undefined => {
	const wanted = RESERVED.test(text) ? /^./g : /[^a-z0-9_-]/g;
	const name = text.replace(wanted, escapeUnit) + extension;
	return name.length <= LONGEST ? name : undefined;
};

/** The string that a file name stands for; `undefined` when `fileNameOf` did not make it. */
export const textOf = (fileName: string, extension = ""): string | undefined => {
	if (!fileName.endsWith(extension)) return undefined;
	const text = fileName
		.slice(0, fileName.length - extension.length)
		.replace(/%u([0-9a-f]{4})|%([0-9a-f]{2})/g, (_match, long, short) =>
			String.fromCharCode(Number.parseInt(long ?? short, 16)),
		);
	return fileNameOf(text, extension) === fileName ? text : undefined;
};
