/*
 * Asking profweb: /api/NAME?... answers what `profctl --json NAME ...` prints. Addresses are relative, so that a reverse
 * proxy may put the page into a folder.
 */
import {query} from "./route.js";

export class ApiError extends Error {
	constructor(message, {status = 0, near = []} = {}) {
		super(message);
		this.status = status;
		this.near = near; /* of a function that is not known: names that are alike */
	}
}

let accepted = 0; /* tokens */

/* Set by the page: asks the person for the token; resolves when it was accepted. */
let admit = () => Promise.reject(new ApiError("profweb requires a token", {status: 401}));

export function onRefused(callback) {
	admit = callback;
}

async function read(response) {
	try {
		return await response.json();
	} catch {
		return {error: `profweb answered ${response.status} ${response.statusText}`};
	}
}

async function fetched(address, options) {
	try {
		return await fetch(address, options);
	} catch (error) {
		throw error.name === "AbortError" ? error : new ApiError("cannot reach profweb");
	}
}

export async function ask(name, params = {}, signal = undefined) {
	const text = query(params),
		address = `api/${name}${text === "" ? "" : `?${text}`}`;
	const before = accepted,
		response = await fetched(address, {signal, headers: {Accept: "application/json"}});

	if (response.status === 401) {
		/* Unless a token was accepted since it was asked: this refusal is late then. */
		if (before === accepted) await admit();
		return ask(name, params, signal);
	}
	const answer = await read(response);

	if (!response.ok || answer.error !== undefined)
		throw new ApiError(sentence(answer, response), {status: response.status, near: answer.near});
	return answer;
}

function sentence({error, reason}, response) {
	return [error ?? response.statusText, ...(reason === undefined ? [] : [`profd says: ${reason}`])].join("; ");
}

/* Whether profweb takes this token; it then knows this browser by a cookie. */
export async function giveToken(token) {
	const response = await fetched("api/token", {method: "POST", headers: {Authorization: `Bearer ${token}`}});

	if (response.ok) accepted++;
	return response.ok;
}
