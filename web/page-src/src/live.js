/*
 * What happens, as profweb tells it once a second: "change" (functions), "slow" (slow and failed calls), "status" (profd's
 * own figures). The connection is made again for as long as the page is looked at; what has become of it is told as "live",
 * "away" (profweb lives, profd does not) or "lost".
 */
import {query} from "./route.js";

const AGAIN = 1000; /* milliseconds */
const KINDS = ["change", "slow", "status"];

export class Live extends EventTarget {
	constructor() {
		super();
		this.state = "connecting";
		this.reason = "";
		this.params = {};
		this.source = null;
		this.timer = 0;
		this.last = {}; /* of each kind what was told last */
		/* A browser keeps few connections to one place: pages that nobody looks at hold none. */
		document.addEventListener("visibilitychange", () =>
			document.hidden ? this.close() : this.open(this.params)
		);
	}

	/* Begins, or begins anew with other parameters. */
	open(params) {
		this.close();
		this.params = params;
		this.last = {};
		const text = query(params);
		const source = new EventSource(`api/events${text === "" ? "" : `?${text}`}`);

		this.source = source;
		for (const kind of KINDS)
			source.addEventListener(kind, event => this.take(kind, JSON.parse(event.data)));
		source.addEventListener("away", event => this.become("away", JSON.parse(event.data).error));
		source.onerror = () => this.failed(source);
	}

	take(kind, detail) {
		this.become("live");
		this.last[kind] = detail;
		this.dispatchEvent(new CustomEvent(kind, {detail}));
	}

	/* Calls back with what was told last of this kind, if there is any, and with all that follows. */
	on(kind, signal, callback) {
		if (this.last[kind] !== undefined) callback(this.last[kind]);
		this.addEventListener(kind, ({detail}) => callback(detail), {signal});
	}

	/* The browser connects again by itself, but not when it got an answer that is no stream. */
	failed(source) {
		this.become("lost", "cannot reach profweb");
		if (source.readyState !== EventSource.CLOSED) return;
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.open(this.params), AGAIN);
	}

	close() {
		clearTimeout(this.timer);
		this.source?.close();
		this.source = null;
	}

	become(state, reason = "") {
		if (state === this.state && reason === this.reason) return;
		this.state = state;
		this.reason = reason;
		this.dispatchEvent(new Event("state"));
	}
}
