/*
 * profd itself: all its figures, and the processes that push to it.
 */
import {ask} from "../api.js";
import {every, fill, h, named, section, table} from "../dom.js";
import {figure, troubles} from "../health.js";
import {count, printable, shortCount, shortMoment} from "../units.js";

function processTable(processes) {
	return table(
		"Processes",
		[
			["Program", false],
			["PID", true],
			["User", false],
			["State", false],
			["Started", false],
			["Last push", false],
			["Calls", true],
			["Paths", true],
		],
		processes.map(p => [
			named(p.program),
			String(p.pid ?? "-"),
			p.key === null ? String(p.uid) : named(p.key),
			h("span", {class: `state ${p.state}`}, p.state),
			shortMoment(p.started),
			shortMoment(p.pushed),
			shortCount(p.calls),
			shortCount(p.paths),
		]),
		"no process has pushed"
	);
}

function factList(status) {
	return h(
		"dl",
		{class: "facts many"},
		Object.entries(status).map(([name, value]) =>
			h(
				"div",
				{},
				h("dt", {}, name.replaceAll("_", " ")),
				h("dd", {}, printable(figure(name, value)))
			)
		)
	);
}

export function daemon(app, route, signal) {
	const processes = h("div"),
		facts = h("div"),
		wrong = h("ul", {class: "troubles"});

	every(2, signal, async () => {
		const {processes: all} = await ask("ps", {program: app.program}, signal);

		fill(processes, processTable(all));
	});
	every(2, signal, async () => {
		const status = await ask("status", {}, signal);

		fill(facts, factList(status));
		fill(
			wrong,
			troubles(status).map(t => h("li", {class: "warn"}, `${count(t.count)} ${t.text}`))
		);
	});
	return {
		title: "profd",
		element: h(
			"div",
			{class: "daemon"},
			h("div", {class: "bar"}, h("h1", {}, "profd")),
			wrong,
			section("Processes", {}, processes),
			section("Figures", {}, facts)
		),
	};
}
