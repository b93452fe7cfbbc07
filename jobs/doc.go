// Package jobs does the work that nobody waits for: imports, reports, and the
// schedule that looks into the inbox.
//
// It knows the job queue (River) and the schedule (gocron). It must not know
// HTTP or HTML. The queue only wakes a worker; what people see of an import or a
// report is its row in models, which the worker writes under a lease.
package jobs
