package transfer

// A table says what becomes of a table of the migrations.
type table struct {
	name string
	// made is set where a migration, or a server that was only started, makes rows by itself.
	// They do not make a target one that is not empty, and the copied ones replace them.
	made bool
}

// tables are those that are copied, parents before those that refer to them.
var tables = []table{
	{name: "stores"}, {name: "hours"}, {name: "special_days"}, {name: "corrections"}, {name: "targets"}, {name: "sales_rates"},
	{name: "poll_days"}, {name: "poll_reasons"}, {name: "data_versions", made: true},
	{name: "imports"}, {name: "import_files"}, {name: "import_rejects"}, {name: "import_journal"}, {name: "inbox_files"}, {name: "sources", made: true},
	{name: "reports"}, {name: "report_parts"}, {name: "scheduled_reports"}, {name: "scheduled_runs"}, {name: "awaited_reports"},
	{name: "people"}, {name: "passkeys"}, {name: "recovery_codes"}, {name: "invitations"}, {name: "devices"},
	{name: "api_keys"}, {name: "share_links"}, {name: "feeds"},
	{name: "channels"}, {name: "deliveries"}, {name: "digests"},
	{name: "alert_rules"}, {name: "incidents"}, {name: "notices"}, {name: "alert_pauses"}, {name: "alert_judgements", made: true},
	{name: "audit"}, {name: "idempotency_keys"},
}

// notCopied are the other tables. Their rows do not make a target one that is not empty. Day
// figures and outages for SQL are computed anew there, so a target needs room for them, and so
// are the parts of stores and polls.
var notCopied = []string{"data_changes", "store_parts", "poll_parts", "report_shards", "sessions", "sign_in_tries", "goose_db_version", "materialized_stores", "materialized_days", "materialized_outages"}
