# The page: its parts that know no browser, tested by node, and all of it in a real browser against a real profd.
page_tests = \
	tests/page/test_address.mjs tests/page/test_buckets.mjs tests/page/test_contrast.mjs tests/page/test_flame.mjs tests/page/test_model.mjs \
	tests/page/test_pictures.mjs tests/page/test_units.mjs
browser_tests = tests/browser/test_live.mjs tests/browser/test_views.mjs
TESTS += $(page_tests) $(browser_tests) tests/page/page_size
TEST_EXTENSIONS += .mjs
MJS_LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/run-node
EXTRA_DIST += $(page_tests) $(browser_tests) tests/browser/harness.mjs tests/run-node \
	script/screenshots script/screenshots.mjs
dist_check_SCRIPTS += tests/page/page_size
