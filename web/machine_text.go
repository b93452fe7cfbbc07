package web

// What programs read is English, whoever asked for it. These are the types of its constants, so
// that the test of translations tells them from words for people.
type (
	headerText   string // of HTTP
	sessionKey   string // the name of a value in a session
	auditText    string // of the audit log, which is read later by others
	logText      string // of the log
	probeText    string // of /healthz and /readyz
	contractText string // of the endpoints whose answers are a contract
	modelText    string // for language models
	sqlText      string // of databases
)

const (
	linkHeader    headerText = "Link"
	refererHeader headerText = "Referer"
)
