/** A register as an SVD file has it. */
export interface SvdRegister {
	readonly address: number;
	readonly width: number;
	readonly access: string;
	/** Absent where the file does not say. */
	readonly reset: number | undefined;
	/** The bits that fields cover. */
	readonly mask: number;
}

interface Element {
	readonly name: string;
	readonly attributes: string;
	readonly children: Element[];
	text: string;
}

/** The elements of an XML file without CDATA. */
function parse(xml: string): Element {
	const root: Element = { name: "", attributes: "", children: [], text: "" };
	const open = [root];
	for (const [, comment, close, name = "", attributes = "", empty, text = ""] of xml.matchAll(
		/<(?:(!--[\s\S]*?--|\?[^>]*)|(\/?)([\w:-]+)([^>]*?)(\/?))>([^<]*)/g,
	)) {
		const parent = open.at(-1) as Element;
		if (comment !== undefined) continue;
		if (close === "/") {
			open.pop();
			continue;
		}
		const element = { name, attributes, children: [], text: text.trim() };
		parent.children.push(element);
		if (empty !== "/") open.push(element);
	}
	return root;
}

const child = ({ children }: Element, name: string): Element | undefined =>
	children.find((one) => one.name === name);
const textOf = (element: Element, name: string): string => child(element, name)?.text ?? "";
const numberOf = (element: Element, name: string): number => Number(textOf(element, name) || 0);
const every = (element: Element, name: string): Element[] =>
	element.children.flatMap((one) => (one.name === name ? [one] : every(one, name)));

/** All registers of an SVD file, as `SERCOM0.USART_INT.CTRLA` and `GCLK.GENCTRL[3]`. */
export function svdRegisters(xml: string): Map<string, SvdRegister> {
	const peripherals = every(parse(xml), "peripheral");
	const registers = new Map<string, SvdRegister>();
	for (const peripheral of peripherals) {
		const from = /derivedFrom="(\w+)"/.exec(peripheral.attributes)?.[1];
		const source = peripherals.find((one) => textOf(one, "name") === from) ?? peripheral;
		const list = child(source, "registers");
		if (list !== undefined)
			collect(list, `${textOf(peripheral, "name")}.`, numberOf(peripheral, "baseAddress"));
	}
	return registers;

	function collect(list: Element, prefix: string, base: number): void {
		for (const element of list.children.filter(({ name }) => name === "register" || name === "cluster")) {
			const count = numberOf(element, "dim") || 1;
			for (let index = 0; index < count; index++) {
				const name = prefix + textOf(element, "name").replace("%s", String(index));
				const address = base + numberOf(element, "addressOffset") + index * numberOf(element, "dimIncrement");
				if (element.name === "cluster") collect(element, `${name}.`, address);
				else registers.set(name, registerOf(element, address));
			}
		}
	}
}

function registerOf(element: Element, address: number): SvdRegister {
	const mask = every(element, "field").reduce(
		(bits, field) => bits | ((2 ** numberOf(field, "bitWidth") - 1) * 2 ** numberOf(field, "bitOffset")),
		0,
	);
	const reset = textOf(element, "resetValue");
	return {
		address,
		width: numberOf(element, "size"),
		access: textOf(element, "access"),
		reset: reset === "" ? undefined : Number(reset),
		mask: mask >>> 0,
	};
}
