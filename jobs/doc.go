// Package jobs does the work that nobody waits for: imports and reports, the
// inbox, the sources, the tables for SQL, and the deletion of old data.
//
// It knows the job queue (River) and the schedule (gocron). It must not know HTML
// or how requests are answered. Asking other servers for files is the business of
// jobs/fetch, and sending messages that of jobs/notify.
//
// # A row decides, a River job wakes
//
// An import or a report is a row in models, and the row decides what becomes of
// it. Its River job only wakes a worker, which claims the row. We keep both on
// purpose:
//
//   - People watch the row, long after River deleted the job. The row knows the
//     progress, who asked, and in words why it failed.
//   - The row changes in the transaction that writes the result: Complete with the
//     report, Merged with the data of an import. River writes the end of a job
//     later, and gives up after some seconds without a database.
//   - Commands do the same work without a queue.
//
// The package rests on four rules:
//
//  1. Whoever makes a row queued inserts its River job in the same transaction.
//  2. Only a claim makes a row running. Of several workers, one gets it.
//  3. A worker writes to a row under the number of its attempt. The write gives
//     models.ErrAttemptLost where the row has gone on without it.
//  4. A River job may come twice, late, or for nothing.
//
// # States of a row
//
//	          Confirm          claim           result
//	preview ----------> queued -----> running --------> complete
//	   |                 |  ^          |  |  |  failure
//	   |                 |  | requeue  |  |  +--------> failed
//	   |                 |  +----------+  |
//	   | Discard         | Cancel         | Cancel
//	   +-----------------+----------------+-----------> cancelled
//
//	preview    Take, where its sender wants to see first what it would do
//	queued     AskReport, Take, ingest, Confirm, requeue, requeueOrphan
//	running    work, by DB.Claim; for commands DB.BeginImport and DB.BeginReport
//	complete   the worker; failOrphan, for an import that is merged already
//	failed     Worker.attempt; failOrphan
//	cancelled  Cancel, unless the import is merged; Discard; discardOldPreviews;
//	           commands that are interrupted
//
// The worker of a running row renews a lease every beatEvery. How an attempt ends:
//
//	the work is done              complete
//	it fails, panics or takes     failed
//	longer than its limit
//	the server stops              queued at once
//	the database is lost          queued after a delay; failed from attempt lossFailsAt
//	the worker dies               queued by Rescue; failed at death models.MaxAttempts
//	someone cancels it            cancelled
//
// # What happens when
//
// A worker dies. Its lease stays as it is, and a Rescue of any server that saw it so
// for models.Lease requeues the row and counts the death. Only the command that began
// an import knows its files, so such an import fails unless it is merged.
//
// A server dies between the fetch of a job and the claim of its row. No lease tells
// of that. rescueUnclaimed finds it: River has the job as running and the row is
// queued. It also finds jobs whose end River could not write.
//
// A server stops. The schedule ends and fetches are cut off. Attempts go on until
// the context of Stop ends; then River cancels theirs, and requeue gives the rows
// back. That is no death.
//
// The database is lost. The worker requeues the row once the database answers,
// unless Rescue of another server was there first. Where its own server stops
// before that, Rescue finds the row by its lease.
//
// The end of an attempt cannot be written. The row is running until its lease ends,
// and Rescue counts a death.
//
// A clock jumps, or differs between servers. Whether a worker is dead is never asked of
// a clock. The schedule ticks by time that passed. Jobs of the queue and sources that
// are due later than any of ours can be were written by a clock that was ahead: Rescue
// wakes other workers for such jobs, and such sources are due.
//
// Two jobs wake workers for one row. The second claim gives models.ErrNotClaimable.
// The job cleans up after the row if that is final, and ends.
//
// Work is cancelled. Cancel interrupts the attempt if this server makes it, and then
// changes the row. A worker elsewhere learns of it when it renews its lease.
//
// A River job is stuck as running, since its server died. It holds nothing up: how
// many jobs run at a time is counted per server. clean has it tried again an hour after
// JobTimeout, when it wakes a worker for nothing.
//
// A River job is deleted by hand. Nothing else wakes a worker for its row, which is
// queued until someone cancels it.
//
// The queue is full: Settings.QueueLimit reports are queued, or a quarter of that of
// one asker who sees some of the stores. AskReport counts rows, not jobs, and refuses
// more with models.QueueFull. Imports are not counted; the bytes
// that are staged for them are limited, see stageRoom.
//
// The disk is full. Nothing more is staged, and Ready says so. Cancel and Discard
// give up the reserve where they cannot write without it; the schedule lays it again.
//
// SQLite is busy. It has one writer at a time, and a large import writes for a second
// or longer, while an ask for a report must be answered within a tenth of a second.
// AskReport then promises the report, see report_promise.go. Splitting the import's
// transaction would only shorten the wait: readers must see an import whole or not at
// all, and rows by the hundred thousand take longer than a tenth of a second however
// they are prepared.
//
// A file of the inbox cannot be read, or not be moved away. The table inbox_files
// remembers it, with a sentence for people; the others go on. A file that was read
// stays known by its name, size and time, so that it is not read again; every look
// tries to move it. Should the server die between the end of an import and that note,
// the file is imported once more, which changes nothing.
//
// Servers have disks of their own. A server that gets the job of an import without
// having its files snoozes the job and looks for none of that queue for leaveFor, so
// that another server gets it. After filesPatience without any import the files count as
// lost, and the import fails: the server that has them would have done it. Each server
// cleans up its own folder of staged files. The inbox is one folder that all servers
// share.
//
// # Reports in shards
//
// A report of very many stores is made by all servers: its worker inserts a few jobs of the kind
// report_shards with the shards, and each wakes a lane of some server, which computes one shard
// after another until all are taken. Package reports has the rules. Such a job does only what the
// worker would do itself without it, so it may fail, come late or never, and is not tried again.
//
// # Alerts
//
// A tick looks every two seconds whether the version of the data, or the rules, are those
// that were judged last. If not, it judges the snapshot of the present version, in a
// transaction that locks the row of the judgement, and requires that version: of several
// servers one judges, and one that crashes has written nothing. What was found waits as
// notices. Another transaction makes messages of them, writes their deliveries with their
// River jobs, and notes that they were told. So a message is neither lost nor made twice,
// and every import, push, undo and correction is judged, whichever process made it.
//
// # Deliveries
//
// A delivery is work too, with more to its claim: deliveries.Begin lets one of a channel
// run at a time, on any server, and the earlier first. A job that comes when it is not
// its delivery's turn ends; whoever ends a try inserts the job of the next in the same
// transaction. A try that failed makes the row queued again, with due_at in the future
// and a job for then. The row's due_at decides, never the job: wakeOverdue inserts one
// where none came, as after a deletion by hand, or where a clock was ahead when the row
// was written. A death is a try that may have arrived, so the next one sends the same id.
//
// Nobody waits for a receiver that is slow or dead, except what is sent to it: it has one
// worker at a time, of a queue for channels that fail once it has failed. Mail has a queue
// of its own, because all of it goes by one server.
//
// # A server that rests
//
// While nobody writes anything there is nothing to find but what is due by the clock. So the
// tasks that look for work ask one question together, every two seconds: whether anybody has
// committed anything (see whenChanged). Only where somebody has, or something is due, does each
// ask its own. On PostgreSQL the question goes over the connection that listens, so that it also
// shows that this connection lives.
//
// River does not poll. Its workers are told of jobs by the transaction that inserted them here,
// by PostgreSQL where another process did, and by the look of the queue, which finds at its next
// tick what nobody told of, and what is due. A connection that listens and is lost is made
// again; a proxy that shares connections among transactions tells nobody. Both cost two seconds
// for jobs of other processes, and nothing for our own.
//
// # What of River is not used, and why
//
// Leader election and what a leader does: an idle server would ask three times a second for it.
// The look makes jobs available that were put off, and clean deletes records and tries stuck
// jobs again. Indexes of River's tables are not rebuilt at night.
//
// Retries: River counts every job that returns an error. We tell deaths from stops
// and from losses of the database, and say in words why work failed. A job returns
// an error where it could not clean up, which River tries again, or where it could
// not requeue, which the end of the lease makes good.
//
// Rescue: River tells a dead worker by the age of its job, which has to be more than
// the longest import may take. A lease tells it within a quarter of a minute.
//
// Uniqueness of reports: which report will say the same depends on the data and on
// the key of a script. models looks for it in the transaction that asks. The looks
// into the inbox and at the sources are unique by River: one per interval, however
// many servers have a schedule.
//
// Cancellation: River sends a message to the server that has the job. Whether an
// import is merged, and must not be cancelled, is known in the transaction of its
// row only.
//
// Periodic jobs: they need River to run, and Rescue is for when it does not. Other
// tasks concern the disk of each server.
//
// # Constants that depend on each other
//
//	rescueEvery, commitsShared     the tasks that tick together share one answer
//	beatEvery, models.Lease        a lease survives several lost beats
//	models.Lease, rescueEvery      a death stays unnoticed for the lease and up to
//	                               two looks of Rescue
//	finishTimeout, models.Lease    a worker gives up when its lease would end
//	Limits, jobSlack               work ends by our limit, in words, before River's
//	leaveFor, rescueEvery          another server looks at least once before the one
//	                               that left a job looks again
//	fetchEvery, filesPatience      the job of an import is offered to servers very
//	                               often before its files count as lost
//	lossFailsAt, maxBackoff        the delays add up to four minutes, beside the time
//	                               that the database is away
//	sendTimeout, DeliveryTimeout   a try ends, and is recorded, before its attempt is
//	                               stopped
//	IngestEvery, PullEvery         River keeps completed jobs for as long, or looks
//	                               would not be one per interval
package jobs
