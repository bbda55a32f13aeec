"""The figures as a table, on a terminal and in Markdown, and the place in a document that it is written to."""

import json

import figures

BEGIN = "<!-- written by bench/run: begin -->"
END = "<!-- written by bench/run: end -->"

# Peers that a call is set beside, with the heads of their columns.
PEERS = [("peer.lttng", "/ LTTng"), ("peer.uftrace", "/ uftrace"), ("peer.mcount", "/ gprof"),
         ("peer.hooks", "/ hooks"), ("peer.statsd", "/ statsd"), ("peer.google_pause", "/ Google pause")]


def number(value):
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e6:
        return f"{value / 1e6:,.2f} M"
    if size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if size < 10 else f"{value:.1f}"


def target(result):
    wanted = figures.BY_NAME[result["name"]].target
    if wanted is None:
        return ""
    what, comparison, limit = wanted
    return f"{comparison} {number(limit)}{' x floor' if what == 'ratio' else ''}"


def met(result):
    return {None: "", True: "met", False: "NOT MET"}[figures.judge(result)]


def row(result, peers):
    values, figure = result["values"], figures.BY_NAME[result["name"]]
    middle, ratio = figures.median(values), figures.ratio(result)
    cells = [result["name"], figure.meaning, result["unit"], number(middle), number(min(values)), number(max(values)),
             result["kept"], target(result), met(result), "" if ratio is None else f"{ratio:.2f}"]
    for peer in peers:
        is_call = figure.section == figures.CALLS and result["unit"] == "ns"
        cells.append(f"{middle / peer:.3g}" if is_call else "")
    return cells


HEADS = ["figure", "what", "unit", "median", "min", "max", "kept", "target", "", "/ floor"]
RIGHT = {3, 4, 5, 9}


def sections(results):
    """(title, heads, rows) of each section that has figures."""
    by_name = {result["name"]: result for result in results}
    there = [(figures.median(by_name[name]["values"]), head) for name, head in PEERS if name in by_name]
    for title in (figures.CALLS, figures.MEMORY, figures.DAEMON, figures.PEERS):
        peers = there if title == figures.CALLS else []
        chosen = [by_name[figure.name] for figure in figures.FIGURES
                  if figure.section == title and figure.name in by_name]
        if chosen:
            yield (title, HEADS + [head for _, head in peers],
                   [row(result, [value for value, _ in peers]) for result in chosen])


def is_right(column):
    return column in RIGHT or column >= len(HEADS)


def text(results):
    out = []
    for title, heads, rows in sections(results):
        widths = [max(len(line[i]) for line in [heads, *rows]) for i in range(len(heads))]
        out.append(f"\n{title}")
        for line in [heads, *rows]:
            cells = [cell.rjust(width) if is_right(i) else cell.ljust(width)
                     for i, (cell, width) in enumerate(zip(line, widths))]
            out.append("  ".join(cells).rstrip())
    return "\n".join(out)


def markdown(document):
    facts = document["machine"]
    out = ["", f"{facts['processor']}, {facts['cores']} cores, Linux {facts['kernel']}, clock source {facts['clock']}; "
           f"{facts['compiler']}, -O2; {facts['date']}, commit {facts['commit']}, load before: {facts['load']}."]
    for title, heads, rows in sections(document["figures"]):
        out += ["", f"### {title}", "", "| " + " | ".join(heads) + " |",
                "|" + "|".join(" ---: " if is_right(i) else " --- " for i in range(len(heads))) + "|"]
        out += ["| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |" for cells in rows]
    out += ["", *[f"Skipped: {name}: {why}." for name, why in document["skipped"]], ""]
    return "\n".join(out)


def write(path, document):
    """Puts the table into its marked place."""
    old = path.read_text()
    if old.count(BEGIN) != 1 or old.count(END) != 1 or old.index(BEGIN) > old.index(END):
        raise ValueError(f"{path} has no marked place for the table")
    before, rest = old.split(BEGIN)
    path.write_text(before + BEGIN + "\n" + markdown(document) + "\n" + END + rest.split(END)[1])


def load(path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    if document.get("format") != 1:
        raise ValueError(f"{path} is not a file of bench/run")
    return document
