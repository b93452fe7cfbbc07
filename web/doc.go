// Package web answers HTTP: pages for people, JSON and CSV for scripts.
//
// It knows Echo and HTTP. It must not know SQL, the job queue or how uptime is
// computed: it asks models, and leaves what takes long to the interfaces that cmd
// fills.
//
// # Routes
//
// routes.go is the table of contents. Beside each route stand the permission that it
// needs, what the audit log says of it if it changes anything, what of its answer is
// kept, and what it receives if that is more than the usual limits allow. A route
// without a permission keeps the server from starting.
//
// # Who asks
//
// client.go finds out from where a request comes and by which address, behind trusted
// proxies too. principal.go finds the [access.Principal] by session, key, share link or
// header of a proxy, and authorize.go asks whether it may use the route. Handlers reach
// stores, figures, reports and imports by [access.Data] only, which gives what is within
// the principal's reach. can.go says which buttons and links a page leaves out.
//
// audit_note.go writes one record for each request whose route has an action, after the
// answer. Handlers add what the address does not tell.
//
// # What is kept
//
// Pages are kept until anything is written (live), or while the data stay the same
// (onlyFigures); see lifetime. A page that shows a row that can be changed or
// deleted must be live. Handlers ask for figures by way of page_recording.go, which
// records their version: a page of older figures, shown while new ones are
// computed, is not kept with the new ones.
//
// Pages are kept compressed (packed.go), and every other answer is compressed as it is written
// (compress.go). encoding.go says for whom, and why that gives nothing away. A browser keeps
// pages too, and asks each time whether they are the same: page_tag.go. What must not be kept,
// such as a page with a secret, is sent without a recording, and stays no-store.
//
// Every cache names the audience in its key, holds no lock while it computes, and
// goes on computing when the visitor who asked first leaves, as long as others wait.
//
// # What may be said
//
// A moment decides whether figures are of now or "as of 25 Jan 2023", and how times
// beside them are worded. A confidence decides whether enough was seen to show a
// percentage, to compare or to praise. spoken.go says numbers, lengths and ages in the
// language of whoever reads, which language.go finds out.
package web
