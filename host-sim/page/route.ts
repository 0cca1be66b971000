/** What the address asks for: the grid, one device, or whatever there is. */
export type Route =
	| { readonly view: "all" }
	| { readonly view: "device"; readonly id: string }
	| { readonly view: "any" };

const DEVICE = "#device/";

/** What a part of the address behind `#` asks for. */
export function routeOf(hash: string): Route {
	if (hash === "#all") return { view: "all" };
	if (!hash.startsWith(DEVICE)) return { view: "any" };
	try {
		const id = decodeURIComponent(hash.slice(DEVICE.length));
		return id === "" ? { view: "any" } : { view: "device", id };
	} catch {
		return { view: "any" };
	}
}

/** The address of a device's page. */
export const linkTo = (id: string): string => DEVICE + encodeURIComponent(id);
