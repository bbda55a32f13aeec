# The page of profweb: bundled by Node from what script/bootstrap has installed, or taken as it came with a distribution.
page_files = web/page/index.html web/page/app.js web/page/app.css web/page/icon.svg web/page/licences.txt
page_sources = \
	web/page-src/package.json web/page-src/package-lock.json web/page-src/bundle.mjs \
	web/page-src/index.html web/page-src/icon.svg web/page-src/app.css \
	web/page-src/src/api.js web/page-src/src/buckets.js web/page-src/src/comparison.js web/page-src/src/density.js \
	web/page-src/src/distribution.js web/page-src/src/dom.js web/page-src/src/flame-graph.js \
	web/page-src/src/flame-model.js web/page-src/src/frame.js web/page-src/src/grid.js web/page-src/src/health.js \
	web/page-src/src/heatmap-model.js web/page-src/src/heatmap.js web/page-src/src/help.js web/page-src/src/lines.js \
	web/page-src/src/live.js web/page-src/src/main.js web/page-src/src/model.js web/page-src/src/paths.js \
	web/page-src/src/range-chooser.js web/page-src/src/range.js web/page-src/src/recent.js web/page-src/src/route.js \
	web/page-src/src/stretch-bar.js web/page-src/src/series.js web/page-src/src/spark.js web/page-src/src/theme.js \
	web/page-src/src/timeline.js web/page-src/src/token.js web/page-src/src/units.js \
	web/page-src/src/views/benchmarks.js web/page-src/src/views/daemon.js web/page-src/src/views/flame.js \
	web/page-src/src/views/function.js web/page-src/src/views/overview.js

# A distribution holds the page, so that it builds without Node.
EXTRA_DIST += $(page_sources) $(page_files)

if HAVE_PAGE
pagedir = $(pkgdatadir)/web
page_DATA = $(page_files)
endif

if BUNDLE_PAGE
CLEANFILES += $(page_files) web/page.stamp
$(page_files): web/page.stamp
web/page.stamp: $(page_sources)
	$(AM_V_GEN)$(MKDIR_P) web && $(NODE) $(srcdir)/web/page-src/bundle.mjs web/page && touch $@
endif

if !HAVE_PAGE
$(page_files):
	@echo "$@: profweb has no page here; it needs Node.js and script/bootstrap, then configure again" >&2 && false
endif
