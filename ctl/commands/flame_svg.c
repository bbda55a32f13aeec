/*
 * A flame graph as SVG. The outermost frame is at the bottom; a frame is as wide as its share. The
 * script in it is ours; it needs nothing from outside the file.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/commands/flame.h"
#include "ctl/base/say.h"
#include "ctl/base/units.h"
#include "proto/name.h"

#define WIDTH	    1200.0
#define ROW	    17
#define TOP	    56
#define BOTTOM	    30
#define LEAST_WIDTH 0.2 /* pixels; what is narrower is left out */
#define LETTER	    6.6 /* pixels, about */

static const char head[] =
	"<style>\n"
	"text{font:11px ui-monospace,monospace;fill:#111}\n"
	"#title{font-size:16px}\n"
	"g.f{cursor:pointer}g.f:hover rect,g.f:focus rect{stroke:#000}g.f:focus{outline:none}\n"
	"rect{stroke:#fff;stroke-width:.5}.dim{opacity:.35}.hit rect{fill:#a0f!important}\n"
	"#said,.act{fill:#444}.act{cursor:pointer;text-decoration:underline}\n"
	"@media(prefers-color-scheme:dark){svg{background:#181818}#title,#said,.act{fill:#ddd}rect{"
	"stroke:#181818}}\n"
	"</style>\n";

/* Frames carry where they lie as a share of the whole; all else follows from it. */
static const char script[] =
	"<script><![CDATA[\n"
	"(function(){'use strict';\n"
	"const W=1200,svg=document.documentElement,all=[...svg.querySelectorAll('g.f')];\n"
	"const said=svg.getElementById('said'),clear=svg.getElementById('clear');\n"
	"const at=g=>[+g.dataset.x,+g.dataset.w,+g.dataset.d];\n"
	"function place(g,x,w){const r=g.querySelector('rect'),t=g.querySelector('text');\n"
	" g.style.display=w<.2?'none':'';r.setAttribute('x',x);r.setAttribute('width',Math.max(w,."
	"2));\n"
	" t.setAttribute('x',x+3);const n=g.dataset.n,m=Math.floor((w-6)/6.6);\n"
	" t.textContent=m<3?'':n.length<=m?n:n.slice(0,m-1)+'\\u2026';}\n"
	"function zoom(g){const [x,w,d]=at(g);\n"
	" for(const o of all){const [ox,ow,od]=at(o),up=od<d&&ox<=x+1e-12&&ox+ow>=x+w-1e-12;\n"
	"  o.classList.toggle('dim',up);\n"
	"  if(up)place(o,0,W);else "
	"if(od>=d&&ox>=x-1e-12&&ox+ow<=x+w+1e-12)place(o,(ox-x)/w*W,ow/w*W);\n"
	"  else o.style.display='none';}}\n"
	"function search(){const s=prompt('Show frames whose name "
	"contains:');if(s===null)return;mark(s);}\n"
	"function mark(s){let hit=0,end=-1;s=s.toLowerCase();\n"
	" const found=all.filter(o=>{const h=s!==''&&o.dataset.n.toLowerCase().includes(s);\n"
	"  o.classList.toggle('hit',h);return "
	"h;}).sort((a,b)=>at(a)[0]-at(b)[0]||at(b)[1]-at(a)[1]);\n"
	" for(const o of found){const [x,w]=at(o);if(x>=end-1e-12){hit+=w;end=x+w;}}\n"
	" said.textContent=s===''?'':found.length+' frames, '+(100*hit).toFixed(1)+' % of all';\n"
	" clear.style.display=s===''?'none':'';}\n"
	"for(const g of all){g.addEventListener('click',()=>zoom(g));\n"
	" g.addEventListener('keydown',e=>{if(e.key==='Enter')zoom(g);});\n"
	" g.addEventListener('mouseover',()=>{said.textContent=g.querySelector('title')."
	"textContent;});}\n"
	"svg.getElementById('search').addEventListener('click',search);\n"
	"svg.getElementById('whole').addEventListener('click',()=>zoom(all[0]));\n"
	"clear.addEventListener('click',()=>mark(''));\n"
	"svg.addEventListener('keydown',e=>{if(e.key==='/"
	"'||(e.ctrlKey&&e.key==='f')){e.preventDefault();search();}\n"
	" else if(e.key==='Escape'){mark('');zoom(all[0]);}});\n"
	"window.profSearch=mark;\n"
	"})();\n"
	"]]></script>\n";

/* XML has no way to write control characters, so name_print has made them visible before. */
static void put_text(FILE *out, const char *text)
{
	char name[NAME_PRINTED_MAX];

	name_print(name, sizeof(name), text);
	for (const char *c = name; *c != '\0'; c++) {
		switch (*c) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*c, out);
		}
	}
}

/* Warm colours that a name always gets alike (FNV-1a). */
static void put_plain_color(FILE *out, const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	fprintf(out, "hsl(%u,%u%%,%u%%)", 10 + hash % 45, 70 + hash / 64 % 25,
		58 + hash / 4096 % 14);
}

/* Red where the share has grown, blue where it has shrunk; white: as before. */
static void put_changed_color(FILE *out, double change)
{
	double strength = fmin(fabs(change), 1.0);

	fprintf(out, "hsl(%d,85%%,%.0f%%)", change > 0.0 ? 5 : 220, 94.0 - 40.0 * sqrt(strength));
}

/* What share of its part a frame won or lost: from -1 to 1; 1 also for one that was not there. */
static double change_of(const struct frame *f, const struct frame *all)
{
	double now = f->weight / all->weight,
	       before = all->before > 0.0 ? f->before / all->before : 0.0;
	double more = fmax(now, before);

	return more > 0.0 ? (now - before) / more : 0.0;
}

static void put_weight(FILE *out, const struct flame *flame, double weight)
{
	char text[UNITS_ROOM];

	if (flame->by == FRAMES_BY_TIME)
		fputs(units_seconds(text, weight), out);
	else
		fprintf(out, "%s calls", units_count(text, (uint64_t)weight));
}

static void put_title(FILE *out, const struct frame *f, const struct frame *all,
		      const struct flame *flame)
{
	char text[UNITS_ROOM];

	fputs("<title>", out);
	put_text(out, f->name);
	fprintf(out, ": %.2f %%, ", 100.0 * f->weight / all->weight);
	put_weight(out, flame, flame->by == FRAMES_BY_TIME ? f->seconds : f->weight);
	if (flame->by == FRAMES_BY_TIME) {
		if (fabs(f->weight - f->seconds) > 0.001 * f->weight)
			fprintf(out, ", drawn as wide as %s", units_seconds(text, f->weight));
		fprintf(out, ", itself %s", units_seconds(text, f->self));
		fprintf(out, ", %s calls", units_count(text, f->calls));
	}
	if (f->errors != 0)
		fprintf(out, ", %s failed", units_count(text, f->errors));
	if (flame->compared && all->before > 0.0)
		fprintf(out, "; before: %.2f %%", 100.0 * f->before / all->before);
	fputs("</title>", out);
}

static void put_frame(FILE *out, const struct frames *frames, const struct flame *flame, size_t at,
		      double x)
{
	const struct frame *f = &frames->frame[at], *all = &frames->frame[0];
	double share = f->weight / all->weight;
	double y = TOP + (double)(frames->depth - f->depth) * ROW;
	size_t letters = share * WIDTH > 6 ? (size_t)((share * WIDTH - 6) / LETTER) : 0;
	char name[NAME_PRINTED_MAX];

	fprintf(out,
		"<g class=\"f\" tabindex=\"0\" data-x=\"%.9g\" data-w=\"%.9g\" data-d=\"%u\" "
		"data-n=\"",
		x, share, f->depth);
	put_text(out, f->name);
	fputs("\">", out);
	put_title(out, f, all, flame);
	fprintf(out, "<rect x=\"%.2f\" y=\"%.0f\" width=\"%.2f\" height=\"%d\" fill=\"", x * WIDTH,
		y, fmax(share * WIDTH, LEAST_WIDTH), ROW - 1);
	if (flame->compared)
		put_changed_color(out, change_of(f, all));
	else
		put_plain_color(out, f->name);
	fprintf(out, "\"/><text x=\"%.2f\" y=\"%.0f\">", x * WIDTH + 3, y + 12);
	name_print(name, sizeof(name), f->name);
	if (letters >= 3 && strlen(name) <= letters)
		put_text(out, f->name);
	fputs("</text></g>\n", out);
}

/* Depth first; each frame begins where the one before it at its level ended. */
static void put_frames(FILE *out, const struct frames *frames, const struct flame *flame,
		       double *starts)
{
	const struct frame *all = &frames->frame[0];
	size_t at = 0;

	starts[0] = 0.0;
	for (;;) {
		const struct frame *f = &frames->frame[at];
		bool wide = f->weight / all->weight * WIDTH >= LEAST_WIDTH;

		if (wide)
			put_frame(out, frames, flame, at, starts[f->depth]);
		if (wide && f->child != FRAMES_NONE) {
			starts[f->depth + 1] = starts[f->depth];
			at = f->child;
			continue;
		}
		while (at != 0 && frames->frame[at].next == FRAMES_NONE)
			at = frames->frame[at].parent;
		if (at == 0)
			return;
		starts[frames->frame[at].depth] += frames->frame[at].weight / all->weight;
		at = frames->frame[at].next;
	}
}

void flame_svg(FILE *out, const struct frames *frames, const struct flame *flame)
{
	double height = TOP + (double)(frames->depth + 1) * ROW + BOTTOM;
	double *starts = need(calloc(frames->depth + 2, sizeof(*starts)));

	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
		"width=\"100%%\" role=\"img\">\n",
		WIDTH, height);
	fputs(head, out);
	fputs("<text id=\"title\" x=\"3\" y=\"20\">", out);
	put_text(out, flame->title);
	fprintf(out, ": %s%s</text>\n", flame->by == FRAMES_BY_TIME ? "time" : "calls",
		flame->compared ? ", red where the share grew, blue where it shrank" : "");
	fputs("<text id=\"search\" class=\"act\" x=\"3\" y=\"42\" tabindex=\"0\" "
	      "role=\"button\">search</text>"
	      "<text id=\"whole\" class=\"act\" x=\"60\" y=\"42\" tabindex=\"0\" "
	      "role=\"button\">show all</text>"
	      "<text id=\"clear\" class=\"act\" x=\"130\" y=\"42\" style=\"display:none\" "
	      "role=\"button\">clear</text>"
	      "<text id=\"said\" x=\"190\" y=\"42\"></text>\n",
	      out);
	put_frames(out, frames, flame, starts);
	free(starts);
	fputs(script, out);
	fputs("</svg>\n", out);
}
