/*
 * The frame of the page: its head, the view that the address names, the connection, the keyboard.
 */
import {ask, giveToken, onRefused} from "./api.js";
import {every, fill, h, named, say} from "./dom.js";
import {showHelp} from "./help.js";
import {Live} from "./live.js";
import {Functions} from "./model.js";
import {format, parse} from "./route.js";
import * as theme from "./theme.js";
import {askToken} from "./token.js";
import {benchmarks} from "./views/benchmarks.js";
import {daemon} from "./views/daemon.js";
import {flame} from "./views/flame.js";
import {oneFunction} from "./views/function.js";
import {overview} from "./views/overview.js";

/* What addresses name: the view, and its name in the head of the page. */
const VIEWS = {
	"": {title: "Functions", make: overview},
	flame: {title: "Flame graph", make: flame},
	bench: {title: "Benchmarks", make: benchmarks},
	daemon: {title: "Daemon", make: daemon},
	function: {make: oneFunction},
};

/* As many functions as a screen shows, and what profd sorts by. */
const GLIMPSE = 60,
	SORTS = ["total", "calls", "avg", "max", "p99", "errors", "slow", "name"];

const STATES = {connecting: "connecting", live: "live", away: "profd is away", lost: "no connection"};

class App {
	constructor() {
		this.model = new Functions();
		this.live = new Live();
		this.program = "";
		this.view = null;
		this.ending = null; /* ends all that the view has begun */
	}

	begin() {
		this.main = document.getElementById("view");
		this.programs = document.getElementById("program");
		this.state = document.getElementById("state");
		theme.begin();
		this.nav();
		this.listen();
		this.show();
	}

	/* What addresses within the page keep of this one. */
	kept() {
		return {program: this.program};
	}

	go(address) {
		location.hash = address.slice(1);
	}

	/* Changes parameters of the address without leaving the view. */
	remember(params) {
		const route = parse(location.hash);

		history.replaceState(null, "", format({...route, params: {...route.params, ...params}}));
	}

	nav() {
		const links = Object.entries(VIEWS).filter(([, {title}]) => title !== undefined);

		fill(
			document.getElementById("nav"),
			links.map(([view, {title}]) => h("a", {"data-view": view}, title))
		);
	}

	/* Shows what the address names, in place of what was shown. */
	show() {
		const route = parse(location.hash),
			view = VIEWS[route.view] ?? VIEWS[""];

		this.ending?.abort();
		this.ending = new AbortController();
		this.follow(route.params.program ?? "");
		this.view = view.make(this, route, this.ending.signal);
		document.title = `${this.view.title} · profd`;
		fill(this.main, this.view.element);
		window.scrollTo(0, 0);
		for (const link of document.querySelectorAll("#nav a")) {
			link.href = format({view: link.dataset.view, params: this.kept()});
			link.toggleAttribute("aria-current", VIEWS[link.dataset.view] === view);
		}
		this.main.focus({preventScroll: true});
	}

	/* Functions of this program, or of all. */
	follow(program) {
		if (this.live.source !== null && program === this.program) return;
		this.program = program;
		this.model.forget();
		this.live.open({program});
		this.glimpse(program);
		this.choosePrograms([program].filter(p => p !== ""));
	}

	/* The first screen at once: all of many functions take a moment longer to come. */
	async glimpse(program) {
		const {sort = "total", search = "", reverse} = parse(location.hash).params;
		const answer =
			search !== "" || reverse !== undefined || !SORTS.includes(sort)
				? null
				: await ask("changes", {program, sort, limit: GLIMPSE}).catch(() => null);

		if (answer === null || this.model.totals !== null || program !== this.program) return;
		this.model.apply(answer, Date.now() / 1000);
		this.view.change?.(answer);
	}

	choosePrograms(names) {
		const known = [...this.programs.options].map(o => o.value).filter(name => name !== "");
		const all = [...new Set([...names, ...(this.program === "" ? [] : [this.program])])].sort();

		if (JSON.stringify(known) !== JSON.stringify(all))
			fill(
				this.programs,
				h("option", {value: ""}, "all programs"),
				all.map(name => named(name, {value: name}, "option"))
			);
		this.programs.value = this.program;
	}

	tellState() {
		const {state, reason} = this.live;

		this.state.className = `state-${state}`;
		say(this.state, STATES[state]);
		this.state.title = reason;
		document.body.classList.toggle("stale", state === "away" || state === "lost");
	}

	listen() {
		window.addEventListener("hashchange", () => this.show());
		this.programs.addEventListener("change", () => {
			const route = parse(location.hash);

			this.go(format({...route, params: {...route.params, program: this.programs.value}}));
		});
		this.live.addEventListener("state", () => this.tellState());
		this.live.addEventListener("change", ({detail}) => {
			this.model.apply(detail, Date.now() / 1000);
			this.view.change?.(detail);
		});
		every(10, new AbortController().signal, async () => {
			const {programs} = await ask("programs");

			this.choosePrograms(programs.map(p => p.name));
		});
		document.getElementById("theme").addEventListener("click", () => this.nextTheme());
		document.getElementById("help").addEventListener("click", showHelp);
		document.addEventListener("keydown", event => this.key(event));
		onRefused(() => askToken(giveToken));
	}

	nextTheme() {
		say(document.getElementById("theme"), theme.next());
	}

	/* Keys that hold everywhere; others belong to what has the focus. */
	key(event) {
		const typing = event.target.closest("input, select, textarea") !== null;

		if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") !== null)
			return;
		if (event.key === "Escape") this.escape(event, typing);
		else if (!typing && event.key in KEYS) {
			event.preventDefault();
			KEYS[event.key](this);
		} else if (!typing) this.pass(event);
	}

	/* What nothing on the page has taken: letters act, and while nothing has the focus, arrows move. */
	pass(event) {
		if (event.target === this.main || event.target === document.body) this.view.move?.(event);
		this.view.key?.(event);
	}

	/* One step back: out of a search, out of what the view has open, to the overview. */
	escape(event, typing) {
		if (typing) {
			event.target.value = "";
			event.target.dispatchEvent(new Event("input"));
			this.main.focus();
		} else if (!(this.view.escape?.() ?? false) && parse(location.hash).view !== "") {
			this.go(format({view: "", params: this.kept()}));
		}
	}
}

const KEYS = {
	"/": app => app.view.search?.focus(),
	"?": () => showHelp(),
	1: app => app.go(format({view: "", params: app.kept()})),
	2: app => app.go(format({view: "flame", params: app.kept()})),
	3: app => app.go(format({view: "bench", params: app.kept()})),
	4: app => app.go(format({view: "daemon", params: app.kept()})),
	t: app => app.nextTheme(),
};

new App().begin();
