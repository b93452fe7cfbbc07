// Package watch shows a server to whoever runs it: metrics for Prometheus, traces by
// OpenTelemetry, slow statements in the log, and profiles. Only this package knows the
// libraries for it. The folders that do the work have small interfaces, which a Watch
// fills: web.Watch, jobs.Watch and statements.Watch.
//
// # Metrics
//
// They are at /metrics of LIGHTSON_METRICS_ADDR, without a key, and at /metrics of the main
// port for whoever has the permission access.Observe: operators, and their keys with the scope
// read, report or admin that reach all stores. On a server without accounts everybody may do
// everything, and see this, too. For Prometheus:
//
//	scrape_configs:
//	  - job_name: lightson
//	    static_configs: [{targets: ["127.0.0.1:9464"]}]      # LIGHTSON_METRICS_ADDR, or the main port and
//	    # authorization: {credentials_file: /etc/prometheus/lightson.key}   # a key lo_r_…
//	rule_files: [lightson-alerts.yaml]    # curl -o … http://127.0.0.1:9464/alerts.yaml
//
// alerts.yaml and dashboard.json of this folder are served on the private port, so that they
// are those of the program that runs. What each alert means and what to do about it is in
// its description; alerts_test.yaml has them fire.
//
// Counters tell of what one server did since it started: add them up. A command, such as
// lightson load, is no server. Queues, sources, the age of the data and the size of the
// database are read from the database, so all servers on it say the same: take their
// maximum.
//
//   - Requests: lightson_http_requests_total, …_request_duration_seconds, …_requests_in_flight,
//     by the pattern of the route. What has none is called none. Addresses are never labels.
//   - Ways in: lightson_imports_total and lightson_import_rows_total by state or result and by the
//     source that models.Source names, lightson_import_duration_seconds, lightson_pushes_total,
//     lightson_source_failures and the times of the last check and of the last success.
//   - Reports and messages: lightson_reports_total, lightson_report_duration_seconds,
//     lightson_deliveries_total by kind and outcome: sent, retried, failed, cancelled.
//   - Queue: lightson_queue_depth, …_running, and …_age_seconds of the oldest that could begin.
//   - Data: lightson_data_age_seconds; lightson_group_data_age_seconds for the MostGroups groups
//     with the most stores, and for all others together as other; lightson_stores by state;
//     lightson_snapshot_age_seconds, by which pages are behind.
//   - Database and disk: lightson_database_up, …_errors_total, …_statement_duration_seconds,
//     …_slow_statements_total, …_connections, …_size_bytes, lightson_disk_free_bytes and others.
//   - Process: go_…, process_… and lightson_build_info.
//
// A scrape computes no figures: it shows the snapshot that there is, and stores and groups are
// missing until there is one. It asks the database at most every five seconds, for at most
// two. Where that fails, lightson_database_up is 0, and what the database knows is missing.
//
// # Log
//
// Each request has an id, which is in its answer (X-Request-ID), in its problem+json
// (request_id), on its error page and in each line that is logged for it (request=…). The id of a
// trusted proxy is taken over. Lines about imports, reports and deliveries have the id of the
// work (work=…), and where traces are made that of the trace (trace=…).
//
// LIGHTSON_ACCESS_LOG adds a line "request" for each request, written up to a tenth of a second
// later, together with others; what else is logged is written at once, and what is in the audit
// log is a line "event" as well. "import ended" and "report ended" say how work ended, "slow statement"
// what took the database longer than LIGHTSON_SLOW_QUERY. None has a query string, a header, a
// token of an address, or a value of a statement.
//
// # Traces
//
// With OTEL_EXPORTER_OTLP_ENDPOINT, requests, imports, reports and deliveries are followed with their
// statements. The place in a trace goes with the job as metadata of River, so that the request
// and what it asked for are one trace. A report that was promised while SQLite was busy begins a
// trace of its own, and so does what nobody asked for by a request. Only trusted proxies can
// continue a trace. At most 500 statements of each have a span; lightson.statements says how many
// there were.
package watch
