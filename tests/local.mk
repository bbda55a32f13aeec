# Check suites: one file a module, named after it, linked with the shared main. A test file that is not registered
# here fails script/check-tree.
suites =

if HAVE_CHECK
check_PROGRAMS += $(suites)
check_LTLIBRARIES += tests/libsuite.la tests/libclientsuite.la tests/libpeer.la
TESTS += $(suites)
else
check-local:
	@echo "make check: the suites need Check 0.15 (Debian: check), then configure again" >&2 && false
endif

tests_libsuite_la_SOURCES = tests/suite.c tests/suite.h
tests_libsuite_la_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_libsuite_la_LIBADD = $(CHECK_LIBS) -lm

# The tree's own rules.
dist_check_SCRIPTS += script/check-tree
TESTS += script/check-tree
EXTRA_DIST += script/bootstrap script/abi.suppr script/copy-tree script/soak script/test tests/leaks.supp docs/reliability.md

# Links a suite with tests/scarce.c, which makes memory run out.
WRAP_MALLOC = $(AM_LDFLAGS) -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc
EXTRA_DIST += tests/scarce.h

# --- proto
suites += tests/proto/test_histogram
tests_proto_test_histogram_SOURCES = tests/proto/test_histogram.c tests/scarce.c
tests_proto_test_histogram_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_proto_test_histogram_LDFLAGS = $(WRAP_MALLOC)
tests_proto_test_histogram_LDADD = tests/libsuite.la libproto.la $(CHECK_LIBS) -lm

suites += tests/proto/test_tally
tests_proto_test_tally_SOURCES = tests/proto/test_tally.c tests/scarce.c
tests_proto_test_tally_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_proto_test_tally_LDFLAGS = $(WRAP_MALLOC)
tests_proto_test_tally_LDADD = tests/libsuite.la libproto.la $(CHECK_LIBS) -lm

suites += tests/proto/test_name
tests_proto_test_name_SOURCES = tests/proto/test_name.c
tests_proto_test_name_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_proto_test_name_LDADD = tests/libsuite.la libproto.la $(CHECK_LIBS)

suites += tests/proto/test_key
tests_proto_test_key_SOURCES = tests/proto/test_key.c
tests_proto_test_key_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_proto_test_key_LDADD = tests/libsuite.la libproto.la $(CHECK_LIBS)

suites += tests/proto/test_endpoint
tests_proto_test_endpoint_SOURCES = tests/proto/test_endpoint.c
tests_proto_test_endpoint_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_proto_test_endpoint_LDADD = tests/libsuite.la libproto.la $(CHECK_LIBS)

suites += tests/proto/test_wire
tests_proto_test_wire_SOURCES = tests/proto/test_wire.c tests/scarce.c
tests_proto_test_wire_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS)
tests_proto_test_wire_LDFLAGS = $(WRAP_MALLOC)
tests_proto_test_wire_LDADD = tests/libsuite.la libproto.la $(CHECK_LIBS) -lm

# --- client
tests_libclientsuite_la_SOURCES = tests/client.c tests/client.h
tests_libclientsuite_la_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS)
tests_libclientsuite_la_LIBADD = libclient.la

client_test_flags = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS)
client_test_libs = tests/libclientsuite.la tests/libsuite.la

suites += tests/client/test_recursion
tests_client_test_recursion_SOURCES = tests/client/test_recursion.c
tests_client_test_recursion_CPPFLAGS = $(client_test_flags)
tests_client_test_recursion_LDADD = $(client_test_libs)

suites += tests/client/test_record
tests_client_test_record_SOURCES = tests/client/test_record.c
tests_client_test_record_CPPFLAGS = $(client_test_flags)
tests_client_test_record_LDADD = $(client_test_libs)

suites += tests/client/test_hand
tests_client_test_hand_SOURCES = tests/client/test_hand.c
tests_client_test_hand_CPPFLAGS = $(client_test_flags)
tests_client_test_hand_LDADD = $(client_test_libs) -lm

suites += tests/client/test_scope
tests_client_test_scope_SOURCES = tests/client/test_scope.c
tests_client_test_scope_CPPFLAGS = $(client_test_flags)
tests_client_test_scope_LDADD = $(client_test_libs)

suites += tests/client/test_failure
tests_client_test_failure_SOURCES = tests/client/test_failure.c
tests_client_test_failure_CPPFLAGS = $(client_test_flags)
tests_client_test_failure_LDADD = $(client_test_libs)

suites += tests/client/test_snapshot
tests_client_test_snapshot_SOURCES = tests/client/test_snapshot.c
tests_client_test_snapshot_CPPFLAGS = $(client_test_flags)
tests_client_test_snapshot_LDADD = $(client_test_libs)

suites += tests/client/test_build_id
tests_client_test_build_id_SOURCES = tests/client/test_build_id.c
tests_client_test_build_id_CPPFLAGS = $(client_test_flags)
tests_client_test_build_id_LDFLAGS = $(AM_LDFLAGS) -Wl,--build-id=0x0123456789abcdef0123456789abcdef01234567
tests_client_test_build_id_LDADD = $(client_test_libs)

suites += tests/client/test_watch
tests_client_test_watch_SOURCES = tests/client/test_watch.c
tests_client_test_watch_CPPFLAGS = $(client_test_flags)
tests_client_test_watch_LDADD = $(client_test_libs)

suites += tests/client/test_zmtp
tests_client_test_zmtp_SOURCES = tests/client/test_zmtp.c
tests_client_test_zmtp_CPPFLAGS = $(client_test_flags)
tests_client_test_zmtp_LDADD = $(client_test_libs)

suites += tests/client/test_push
tests_client_test_push_SOURCES = tests/client/test_push.c
tests_client_test_push_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS) $(ZMQ_CFLAGS)
tests_client_test_push_LDADD = tests/libsuite.la libprofclient.la libproto.la $(CHECK_LIBS) $(ZMQ_LIBS) -lpthread

# Those that ask, against a peer in profd's place.
tests_libpeer_la_SOURCES = tests/peer.c tests/peer.h
tests_libpeer_la_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS) $(ZMQ_CFLAGS)
tests_libpeer_la_LIBADD = tests/libsuite.la libprofclient.la libproto.la $(CHECK_LIBS) $(ZMQ_LIBS) -lpthread

suites += tests/client/test_ask
tests_client_test_ask_SOURCES = tests/client/test_ask.c
tests_client_test_ask_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS) $(ZMQ_CFLAGS)
tests_client_test_ask_LDADD = tests/libpeer.la

suites += tests/client/test_ask_time
tests_client_test_ask_time_SOURCES = tests/client/test_ask_time.c
tests_client_test_ask_time_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS) $(ZMQ_CFLAGS)
tests_client_test_ask_time_LDADD = tests/libpeer.la

suites += tests/client/test_question
tests_client_test_question_SOURCES = tests/client/test_question.c
tests_client_test_question_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS) $(ZMQ_CFLAGS)
tests_client_test_question_LDADD = tests/libpeer.la

suites += tests/client/test_sized
tests_client_test_sized_SOURCES = tests/client/test_sized.c
tests_client_test_sized_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_client_test_sized_LDADD = tests/libsuite.la libprofclient.la libprofbench.la $(CHECK_LIBS) -lm

suites += tests/client/test_bench_statistics
tests_client_test_bench_statistics_SOURCES = tests/client/test_bench_statistics.c
tests_client_test_bench_statistics_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_client_test_bench_statistics_LDADD = tests/libsuite.la libbench.la $(CHECK_LIBS) -lm

suites += tests/client/test_bench_doubt
tests_client_test_bench_doubt_SOURCES = tests/client/test_bench_doubt.c
tests_client_test_bench_doubt_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_client_test_bench_doubt_LDADD = tests/libsuite.la libbench.la $(CHECK_LIBS) -lm

suites += tests/client/test_bench_compare
tests_client_test_bench_compare_SOURCES = tests/client/test_bench_compare.c
tests_client_test_bench_compare_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_client_test_bench_compare_LDADD = tests/libsuite.la libbench.la $(CHECK_LIBS) -lm

suites += tests/client/test_bench_change
tests_client_test_bench_change_SOURCES = tests/client/test_bench_change.c
tests_client_test_bench_change_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_client_test_bench_change_LDADD = tests/libsuite.la libbench.la $(CHECK_LIBS) -lm

suites += tests/client/test_bench_profile
tests_client_test_bench_profile_SOURCES = tests/client/test_bench_profile.c
tests_client_test_bench_profile_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_client_test_bench_profile_LDADD = tests/libsuite.la libbench.la $(CHECK_LIBS) -lm

suites += tests/client/test_bench_run
tests_client_test_bench_run_SOURCES = tests/client/test_bench_run.c
tests_client_test_bench_run_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_client_test_bench_run_LDADD = tests/libsuite.la libbench.la $(CHECK_LIBS) -lm

suites += tests/client/test_bench_report
tests_client_test_bench_report_SOURCES = tests/client/test_bench_report.c
tests_client_test_bench_report_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS)
tests_client_test_bench_report_LDADD = tests/libsuite.la libbench.la $(CHECK_LIBS) $(JANSSON_LIBS) -lm

# libprofheap takes the place of malloc, and so do the sanitizers.
if !SANITIZED
suites += tests/client/test_bench_heap
endif
EXTRA_PROGRAMS += tests/client/test_bench_heap
tests_client_test_bench_heap_SOURCES = tests/client/test_bench_heap.c
tests_client_test_bench_heap_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_client_test_bench_heap_CFLAGS = $(AM_CFLAGS) -fno-builtin
tests_client_test_bench_heap_LDADD = tests/libsuite.la libprofheap.la libprofbench.la $(CHECK_LIBS) -lpthread

# --- daemon
EXTRA_DIST += tests/simulated.h tests/ledgered.h tests/stored.h

daemon_test_flags = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS) $(SQLITE_CFLAGS)
daemon_test_libs = tests/libsuite.la libprofd.la $(SQLITE_LIBS) $(CHECK_LIBS)

suites += tests/daemon/test_ledger
tests_daemon_test_ledger_SOURCES = tests/daemon/test_ledger.c tests/ledgered.c tests/simulated.c tests/scarce.c
tests_daemon_test_ledger_CPPFLAGS = $(daemon_test_flags)
tests_daemon_test_ledger_LDFLAGS = $(WRAP_MALLOC)
tests_daemon_test_ledger_LDADD = $(daemon_test_libs)

suites += tests/daemon/test_ledger_check
tests_daemon_test_ledger_check_SOURCES = tests/daemon/test_ledger_check.c tests/ledgered.c tests/simulated.c
tests_daemon_test_ledger_check_CPPFLAGS = $(daemon_test_flags)
tests_daemon_test_ledger_check_LDADD = $(daemon_test_libs)

suites += tests/daemon/test_ledger_process
tests_daemon_test_ledger_process_SOURCES = tests/daemon/test_ledger_process.c tests/ledgered.c tests/simulated.c
tests_daemon_test_ledger_process_CPPFLAGS = $(daemon_test_flags)
tests_daemon_test_ledger_process_LDADD = $(daemon_test_libs)

suites += tests/daemon/test_ledger_owners
tests_daemon_test_ledger_owners_SOURCES = tests/daemon/test_ledger_owners.c tests/ledgered.c tests/simulated.c
tests_daemon_test_ledger_owners_CPPFLAGS = $(daemon_test_flags)
tests_daemon_test_ledger_owners_LDADD = $(daemon_test_libs)

suites += tests/daemon/test_ledger_paths
tests_daemon_test_ledger_paths_SOURCES = tests/daemon/test_ledger_paths.c tests/ledgered.c tests/simulated.c
tests_daemon_test_ledger_paths_CPPFLAGS = $(daemon_test_flags)
tests_daemon_test_ledger_paths_LDADD = $(daemon_test_libs)

suites += tests/daemon/test_ledger_events
tests_daemon_test_ledger_events_SOURCES = tests/daemon/test_ledger_events.c tests/ledgered.c tests/simulated.c
tests_daemon_test_ledger_events_CPPFLAGS = $(daemon_test_flags)
tests_daemon_test_ledger_events_LDADD = $(daemon_test_libs)

suites += tests/daemon/test_ledger_windows
tests_daemon_test_ledger_windows_SOURCES = tests/daemon/test_ledger_windows.c tests/ledgered.c tests/simulated.c
tests_daemon_test_ledger_windows_CPPFLAGS = $(daemon_test_flags)
tests_daemon_test_ledger_windows_LDADD = $(daemon_test_libs)

suites += tests/daemon/test_config
tests_daemon_test_config_SOURCES = tests/daemon/test_config.c
tests_daemon_test_config_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS)
tests_daemon_test_config_LDADD = tests/libsuite.la libprofd.la $(CHECK_LIBS)

suites += tests/daemon/test_frames
tests_daemon_test_frames_SOURCES = tests/daemon/test_frames.c
tests_daemon_test_frames_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_daemon_test_frames_LDADD = tests/libsuite.la libprofd.la $(CHECK_LIBS)

suites += tests/daemon/test_refusals
tests_daemon_test_refusals_SOURCES = tests/daemon/test_refusals.c
tests_daemon_test_refusals_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS)
tests_daemon_test_refusals_LDADD = tests/libsuite.la libprofd.la $(CHECK_LIBS)

suites += tests/daemon/test_once
tests_daemon_test_once_SOURCES = tests/daemon/test_once.c
tests_daemon_test_once_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_daemon_test_once_LDADD = tests/libsuite.la libprofd.la $(CHECK_LIBS)

suites += tests/daemon/test_sandbox
tests_daemon_test_sandbox_SOURCES = tests/daemon/test_sandbox.c
tests_daemon_test_sandbox_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(SQLITE_CFLAGS)
tests_daemon_test_sandbox_LDADD = tests/libsuite.la libprofd.la $(SQLITE_LIBS) $(CHECK_LIBS)

suites += tests/daemon/test_alert
tests_daemon_test_alert_SOURCES = tests/daemon/test_alert.c
tests_daemon_test_alert_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS)
tests_daemon_test_alert_LDADD = tests/libsuite.la libprofd.la $(CHECK_LIBS)

suites += tests/daemon/test_answer
tests_daemon_test_answer_SOURCES = tests/daemon/test_answer.c
tests_daemon_test_answer_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS)
tests_daemon_test_answer_LDADD = tests/libsuite.la libprofd.la $(CHECK_LIBS) -lm

suites += tests/daemon/test_range
tests_daemon_test_range_SOURCES = tests/daemon/test_range.c
tests_daemon_test_range_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_daemon_test_range_LDADD = tests/libsuite.la libprofd.la $(CHECK_LIBS)

suites += tests/daemon/test_store
tests_daemon_test_store_SOURCES = tests/daemon/test_store.c tests/stored.c tests/simulated.c
tests_daemon_test_store_CPPFLAGS = $(daemon_test_flags)
tests_daemon_test_store_LDADD = $(daemon_test_libs)

suites += tests/daemon/test_store_windows
tests_daemon_test_store_windows_SOURCES = tests/daemon/test_store_windows.c tests/stored.c tests/simulated.c
tests_daemon_test_store_windows_CPPFLAGS = $(daemon_test_flags)
tests_daemon_test_store_windows_LDADD = $(daemon_test_libs)

suites += tests/daemon/test_store_exact
tests_daemon_test_store_exact_SOURCES = tests/daemon/test_store_exact.c tests/stored.c tests/simulated.c
tests_daemon_test_store_exact_CPPFLAGS = $(daemon_test_flags)
tests_daemon_test_store_exact_LDADD = $(daemon_test_libs)

suites += tests/daemon/test_codec
tests_daemon_test_codec_SOURCES = tests/daemon/test_codec.c
tests_daemon_test_codec_CPPFLAGS = $(daemon_test_flags)
tests_daemon_test_codec_LDADD = $(daemon_test_libs)

# --- text
suites += tests/text/test_writer
tests_text_test_writer_SOURCES = tests/text/test_writer.c
tests_text_test_writer_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS)
tests_text_test_writer_LDADD = tests/libsuite.la libtext.la libproto.la $(CHECK_LIBS) $(JANSSON_LIBS) -lm

# --- view
suites += tests/view/test_value
tests_view_test_value_SOURCES = tests/view/test_value.c
tests_view_test_value_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_view_test_value_LDADD = tests/libsuite.la libview.la $(CHECK_LIBS) -lm

suites += tests/view/test_json
tests_view_test_json_SOURCES = tests/view/test_json.c
tests_view_test_json_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS)
tests_view_test_json_LDADD = tests/libsuite.la libview.la $(CHECK_LIBS) $(JANSSON_LIBS) -lm

suites += tests/view/test_past
tests_view_test_past_SOURCES = tests/view/test_past.c
tests_view_test_past_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_view_test_past_LDADD = tests/libsuite.la libview.la $(CHECK_LIBS) -lm

suites += tests/view/test_when
tests_view_test_when_SOURCES = tests/view/test_when.c
tests_view_test_when_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_view_test_when_LDADD = tests/libsuite.la libview.la $(CHECK_LIBS) -lm

suites += tests/view/test_series
tests_view_test_series_SOURCES = tests/view/test_series.c
tests_view_test_series_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS)
tests_view_test_series_LDADD = tests/libsuite.la libview.la $(CHECK_LIBS) $(JANSSON_LIBS) -lm

suites += tests/view/test_shift
tests_view_test_shift_SOURCES = tests/view/test_shift.c
tests_view_test_shift_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_view_test_shift_LDADD = tests/libsuite.la libview.la $(CHECK_LIBS) -lm

# --- ctl
suites += tests/ctl/test_units
tests_ctl_test_units_SOURCES = tests/ctl/test_units.c
tests_ctl_test_units_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_ctl_test_units_LDADD = tests/libsuite.la libctl.la $(CHECK_LIBS)

suites += tests/ctl/test_table
tests_ctl_test_table_SOURCES = tests/ctl/test_table.c
tests_ctl_test_table_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_ctl_test_table_LDADD = tests/libsuite.la libctl.la $(CHECK_LIBS)

suites += tests/ctl/test_flame
tests_ctl_test_flame_SOURCES = tests/ctl/test_flame.c
tests_ctl_test_flame_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_ctl_test_flame_LDADD = tests/libsuite.la libctl.la $(CHECK_LIBS) -lm

suites += tests/ctl/test_top_model
tests_ctl_test_top_model_SOURCES = tests/ctl/test_top_model.c
tests_ctl_test_top_model_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_ctl_test_top_model_LDADD = tests/libsuite.la libctl.la $(CHECK_LIBS) -lm

suites += tests/ctl/test_result_file
tests_ctl_test_result_file_SOURCES = tests/ctl/test_result_file.c
tests_ctl_test_result_file_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS)
tests_ctl_test_result_file_LDADD = tests/libsuite.la libctl.la $(CHECK_LIBS)

suites += tests/ctl/test_command_line
tests_ctl_test_command_line_SOURCES = tests/ctl/test_command_line.c
tests_ctl_test_command_line_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_ctl_test_command_line_LDADD = tests/libsuite.la libctl.la $(CHECK_LIBS)

suites += tests/ctl/test_bench_plan
tests_ctl_test_bench_plan_SOURCES = tests/ctl/test_bench_plan.c
tests_ctl_test_bench_plan_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_ctl_test_bench_plan_LDADD = tests/libsuite.la libctl.la $(CHECK_LIBS)

suites += tests/ctl/test_bench_progress
tests_ctl_test_bench_progress_SOURCES = tests/ctl/test_bench_progress.c
tests_ctl_test_bench_progress_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_ctl_test_bench_progress_LDADD = tests/libsuite.la libctl.la $(CHECK_LIBS) -lm

# --- web
if HAVE_WEB
suites += tests/web/test_query
tests_web_test_query_SOURCES = tests/web/test_query.c
tests_web_test_query_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS)
tests_web_test_query_LDADD = tests/libsuite.la libweb.la $(CHECK_LIBS)

suites += tests/web/test_door
tests_web_test_door_SOURCES = tests/web/test_door.c
tests_web_test_door_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS)
tests_web_test_door_LDADD = tests/libsuite.la libweb.la $(CHECK_LIBS)

suites += tests/web/test_address
tests_web_test_address_SOURCES = tests/web/test_address.c
tests_web_test_address_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS)
tests_web_test_address_LDADD = tests/libsuite.la libweb.la $(CHECK_LIBS)

suites += tests/web/test_gzip
tests_web_test_gzip_SOURCES = tests/web/test_gzip.c
tests_web_test_gzip_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS)
tests_web_test_gzip_LDADD = tests/libsuite.la libweb.la $(CHECK_LIBS) $(ZLIB_LIBS)
endif

suites += tests/web/test_metrics_buckets
tests_web_test_metrics_buckets_SOURCES = tests/web/test_metrics_buckets.c tests/scarce.c
tests_web_test_metrics_buckets_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS)
tests_web_test_metrics_buckets_LDFLAGS = $(WRAP_MALLOC)
tests_web_test_metrics_buckets_LDADD = tests/libsuite.la libmetrics.la $(CHECK_LIBS) -lm

suites += tests/web/test_metrics_write
tests_web_test_metrics_write_SOURCES = tests/web/test_metrics_write.c
tests_web_test_metrics_write_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS)
tests_web_test_metrics_write_LDADD = tests/libsuite.la libmetrics.la $(PROTOBUF_C_LIBS) $(CHECK_LIBS) -lm

suites += tests/web/test_metrics_build
tests_web_test_metrics_build_SOURCES = tests/web/test_metrics_build.c tests/scarce.c
tests_web_test_metrics_build_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(PROTOBUF_C_CFLAGS)
tests_web_test_metrics_build_LDFLAGS = $(WRAP_MALLOC)
tests_web_test_metrics_build_LDADD = tests/libsuite.la libmetrics.la libprofd.la $(PROTOBUF_C_LIBS) $(CHECK_LIBS) -lm

# --- whole programs
