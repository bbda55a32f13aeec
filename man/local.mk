# Man pages.
dist_man_MANS += man/profctl.1 man/profctl-bench.1
dist_man_MANS += man/profd.8 man/profd.conf.5
if HAVE_WEB
dist_man_MANS += man/profweb.8
endif
dist_man_MANS += man/libprofclient.3 man/profclient.hpp.3 man/profbench.3

# The page of each function and macro is that of the library.
function_pages = \
	man/PROF_FAIL.3 man/PROF_FUNCTION.3 man/PROF_SCOPE.3 man/PROF_SCOPE_AS.3 man/PROF_SCOPE_DYNAMIC.3 man/PROF_SCOPE_FAIL.3 \
	man/prof_function_begin.3 man/prof_call_begin.3 man/prof_call_end.3 man/prof_call_enter.3 man/prof_call_fail.3 \
	man/prof_call_leave.3 man/prof_scope_fail.3 \
	man/prof_clear.3 man/prof_fail.3 man/prof_flush.3 man/prof_free.3 man/prof_lookup.3 \
	man/prof_get_all_stats.3 man/prof_get_processes.3 man/prof_get_slow.3 \
	man/prof_get_stats.3 man/prof_get_status.3 man/prof_get_summary.3 \
	man/prof_init.3 man/prof_key_pair.3 man/prof_record.3 man/prof_function_record_many.3 man/prof_function_record.3 \
	man/prof_error_name.3 man/prof_strerror.3 man/prof_version.3 \
	man/prof_saved_add.3 man/prof_bucket_of.3 man/prof_bucket_upper.3 man/prof_get_changes.3 \
	man/prof_get_histograms.3 man/prof_get_histograms_by_program.3 man/prof_get_history.3 man/prof_get_programs.3 \
	man/prof_reason.3 man/prof_refused_calls.3 \
	man/prof_get_running.3 man/prof_get_tree.3 man/prof_histogram_quantile.3 man/prof_quantile_is_supported.3 \
	man/prof_saved_delete.3 man/prof_get_saved.3 man/prof_get_saved_history.3 man/prof_get_saved_latest.3
man_MANS = $(function_pages)
CLEANFILES += $(function_pages)

$(function_pages): Makefile
	$(AM_V_GEN)$(MKDIR_P) man && echo '.so man3/libprofclient.3' >$@

bench_pages = \
	man/PROF_BENCH_BARRIER.3 man/PROF_BENCH_KEEP.3 \
	man/prof_bench.3 man/prof_bench_compare.3 man/prof_bench_comparison_text.3 man/prof_bench_describe.3 man/prof_bench_doubt_text.3 \
	man/prof_bench_find_changes.3 man/prof_bench_free.3 man/prof_bench_get_machine.3 man/prof_bench_percentile.3 \
	man/prof_bench_profile.3 man/prof_bench_report.3 man/prof_bench_result_from.3 man/prof_bench_run.3 \
	man/prof_bench_run_both.3 man/prof_bench_save.3 man/prof_bench_strerror.3 man/prof_bench_suite_add.3 man/prof_bench_suite_add_result.3 \
	man/prof_bench_suite_compare.3 man/prof_bench_suite_count.3 man/prof_bench_suite_find.3 \
	man/prof_bench_suite_free.3 man/prof_bench_suite_get.3 man/prof_bench_suite_new.3 \
	man/prof_bench_suite_report.3 man/prof_bench_suite_run.3 man/prof_bench_verdict_text.3
man_MANS += $(bench_pages)
CLEANFILES += $(bench_pages)

$(bench_pages): Makefile
	$(AM_V_GEN)$(MKDIR_P) man && echo '.so man3/profbench.3' >$@
