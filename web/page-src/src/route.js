/*
 * Addresses within the page: "#/function/NAME?since=1h". All that a person chose stands in them, so that an address can be
 * kept, sent and gone back to.
 */

export function parse(hash) {
	const [path, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
	const [view, ...rest] = path.split("/");
	let name = "";

	try {
		name = decodeURIComponent(rest.join("/"));
	} catch {
		/* Not made by us: no name is meant. */
	}
	return {view, name, params: Object.fromEntries(new URLSearchParams(query))};
}

/* Parameters that are empty are left out. */
export function query(params) {
	const given = Object.entries(params).filter(
		([, value]) => value !== "" && value !== undefined && value !== null
	);

	return new URLSearchParams(given).toString();
}

export function format({view, name = "", params = {}}) {
	const path = name === "" ? view : `${view}/${encodeURIComponent(name)}`;
	const text = query(params);

	return `#/${path}${text === "" ? "" : `?${text}`}`;
}

export function functionAt(name, params = {}) {
	return format({view: "function", name, params});
}
